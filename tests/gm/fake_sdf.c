/* A pretended SDF device (GM/T 0018) for the scenes: one SM2 key pair at index 1, password "pin-1".
 * It signs with the system's libcrypto, so its signatures are real. FAKE_Set arranges misfortunes.
 * Prototypes are written out: the tests need a compiler, but no OpenSSL headers. */

#include <stddef.h>
#include <string.h>

typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;
extern EVP_PKEY *EVP_PKEY_Q_keygen(void *library, const char *query, const char *type, ...);
extern EVP_PKEY_CTX *EVP_PKEY_CTX_new_from_pkey(void *library, EVP_PKEY *key, const char *query);
extern void EVP_PKEY_CTX_free(EVP_PKEY_CTX *context);
extern int EVP_PKEY_sign_init(EVP_PKEY_CTX *context);
extern int EVP_PKEY_sign(EVP_PKEY_CTX *context, unsigned char *out, size_t *size, const unsigned char *in, size_t in_size);
extern int EVP_PKEY_get_octet_string_param(const EVP_PKEY *key, const char *name, unsigned char *out, size_t room, size_t *size);
extern int RAND_bytes(unsigned char *out, int size);

#define OK 0
#define COMMFAIL 0x01000003
#define OPENDEVICE 0x01000005
#define PARDENY 0x01000007
#define KEYNOTEXIST 0x01000008
#define STEPERR 0x01000010

typedef struct { unsigned int bits; unsigned char x[64]; unsigned char y[64]; } PublicKey;
typedef struct { unsigned char r[64]; unsigned char s[64]; } Signature;
typedef struct {
    unsigned char issuer[40], name[16], serial[16];
    unsigned int device_version, standard_version, asymmetric[2], symmetric, hash, buffer;
} DeviceInfo;

static EVP_PKEY *key;
static int device_mark, session_mark, granted;
/* misfortunes: signatures left before the device goes (-1: never), absent, a wrong signature, an odd code */
static int left = -1, absent, wrong, odd;
static int opened, closed;

void FAKE_Set(int signatures_left, int is_absent, int is_wrong, int odd_code) {
    left = signatures_left; absent = is_absent; wrong = is_wrong; odd = odd_code;
}
int FAKE_Opened(void) { return opened; }
int FAKE_Closed(void) { return closed; }
void FAKE_OtherDevice(void) { key = NULL; }

int SDF_OpenDevice(void **device) {
    if (absent) return OPENDEVICE;
    if (!key) key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    opened++;
    *device = &device_mark;
    return OK;
}
int SDF_CloseDevice(void *device) { closed++; return device == &device_mark ? OK : COMMFAIL; }
int SDF_OpenSession(void *device, void **session) {
    if (absent || device != &device_mark) return COMMFAIL;
    granted = 0;
    *session = &session_mark;
    return OK;
}
int SDF_CloseSession(void *session) { return session == &session_mark ? OK : COMMFAIL; }

int SDF_GetDeviceInfo(void *device, DeviceInfo *info) {
    if (absent || device != &device_mark) return COMMFAIL;
    memset(info, 0, sizeof *info);
    memcpy(info->issuer, "Pretended Works", 15);
    memcpy(info->name, "FAKE-1", 6);
    memset(info->serial, '7', 16);
    return OK;
}
int SDF_GenerateRandom(void *session, unsigned int size, unsigned char *out) {
    if (absent || session != &session_mark) return COMMFAIL;
    return RAND_bytes(out, (int)size) == 1 ? OK : COMMFAIL;
}
int SDF_GetPrivateKeyAccessRight(void *session, unsigned int index, unsigned char *password, unsigned int size) {
    if (absent || session != &session_mark) return COMMFAIL;
    if (index != 1) return KEYNOTEXIST;
    if (size != 5 || memcmp(password, "pin-1", 5)) return PARDENY;
    granted = 1;
    return OK;
}
int SDF_ExportSignPublicKey_ECC(void *session, unsigned int index, PublicKey *out) {
    unsigned char point[65];
    size_t size;
    if (absent || session != &session_mark) return COMMFAIL;
    if (index != 1) return KEYNOTEXIST;
    if (EVP_PKEY_get_octet_string_param(key, "encoded-pub-key", point, sizeof point, &size) != 1) return COMMFAIL;
    memset(out, 0, sizeof *out);
    out->bits = 256;
    memcpy(out->x + 32, point + 1, 32);
    memcpy(out->y + 32, point + 33, 32);
    return OK;
}

/* The INTEGER at *at into the last 32 of 64 bytes. */
static void number(const unsigned char **at, unsigned char *out) {
    size_t size = (*at)[1];
    const unsigned char *from = *at + 2;
    *at = from + size;
    if (size == 33) { from++; size--; }
    memcpy(out + 64 - size, from, size);
}

int SDF_InternalSign_ECC(void *session, unsigned int index, unsigned char *e, unsigned int size, Signature *out) {
    unsigned char der[80];
    size_t room = sizeof der;
    const unsigned char *at = der + 2;
    EVP_PKEY_CTX *context;
    if (absent || session != &session_mark) return COMMFAIL;
    if (odd) return odd;
    if (left == 0) { absent = 1; return COMMFAIL; }
    if (index != 1) return KEYNOTEXIST;
    if (!granted) return STEPERR;
    if (left > 0) left--;
    context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (EVP_PKEY_sign_init(context) != 1 || EVP_PKEY_sign(context, der, &room, e, size) != 1) return COMMFAIL;
    EVP_PKEY_CTX_free(context);
    memset(out, 0, sizeof *out);
    number(&at, out->r);
    number(&at, out->s);
    if (wrong == 1) out->s[63] ^= 1;
    if (wrong == 2) out->r[0] = 1;
    return OK;
}
