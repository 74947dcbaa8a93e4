"""证照照面: the looks of certificates, made from a type's list of fields.

`face_of(spec)` gives the template of a type (made once and kept), where its seal stands, and `compose` to put
one holder's data on it. The generic looks serve every type of the catalogue; four well-known certificates
have their own. No state emblem is drawn anywhere.
"""

from proofless.ofd.faces.face import Face, face_of, shown_date
from proofless.ofd.faces.spec import FaceField, FaceSpec, FieldKind, Look

__all__ = ["Face", "FaceField", "FaceSpec", "FieldKind", "Look", "face_of", "shown_date"]
