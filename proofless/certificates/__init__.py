"""证照: certificate types, the library of certificates, every state they can be in, every way in and out."""
