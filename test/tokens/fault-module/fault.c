/*
 * A PKCS#11 module for tests: every call goes to the module that ANCHORITE_FAULT_MODULE names, unless the file that ANCHORITE_FAULTS
 * names says otherwise. The file is read at each call, so a test changes it while the program runs; when its text changes, calls are
 * counted anew. One line a fault, the first that fits counts:
 *
 *   FUNCTION N CKR           the N-th call (from 1, or *) is not made and returns CKR (hex)
 *   FUNCTION N after CKR     it is made, and returns CKR all the same
 *   C_Sign N flip|short|empty        the signature has a wrong bit, an octet too few, none
 *   C_SignInit N other       another private key of the token signs, where there is one
 *   C_GetAttributeValue N lie TYPE OCTET   attribute TYPE (hex) reads as this one octet (hex)
 *   C_GetAttributeValue N hide TYPE        attribute TYPE is not known
 *   C_GetTokenInfo N serial TEXT     the token has another serial number
 *   C_GetTokenInfo N flags BITS      these flags are set as well (hex), such as CKF_USER_PIN_FINAL_TRY
 *   C_GenerateKeyPair N half         the private half is gone when the call returns
 *   C_GenerateRandom N constant|repeat|short   all octets alike; the octets of the first call again; the last half left as it was
 */
#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include <dlfcn.h>
#include <pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LINES 64
#define MOST_TEXT 8192

struct fault {
  char function[32];
  unsigned long number; /* 0: every call */
  char what[16];
  char one[64];
  char two[16];
};

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST ours;
static struct fault faults[MOST_LINES];
static int fault_count;
static char last_text[MOST_TEXT];
static struct { char function[32]; unsigned long calls; } counters[64];
static unsigned char first_random[4096];
static CK_ULONG first_random_length;

static void read_faults(void) {
  static char text[MOST_TEXT];
  const char *path = getenv("ANCHORITE_FAULTS");
  size_t length = 0;
  FILE *file = path == NULL ? NULL : fopen(path, "r");
  if (file != NULL) {
    length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
  }
  text[length] = 0;
  if (strcmp(text, last_text) == 0) return;
  strcpy(last_text, text);
  memset(counters, 0, sizeof counters);
  fault_count = 0;
  for (char *save, *line = strtok_r(text, "\n", &save); line != NULL && fault_count < MOST_LINES; line = strtok_r(NULL, "\n", &save)) {
    struct fault *one = &faults[fault_count];
    char number[16] = "";
    memset(one, 0, sizeof *one);
    if (sscanf(line, "%31s %15s %15s %63s %15s", one->function, number, one->what, one->one, one->two) < 3) continue;
    one->number = strcmp(number, "*") == 0 ? 0 : strtoul(number, NULL, 10);
    fault_count++;
  }
}

static unsigned long counted(const char *function) {
  for (int i = 0; i < 64; i++) {
    if (counters[i].function[0] == 0) strcpy(counters[i].function, function);
    if (strcmp(counters[i].function, function) == 0) return ++counters[i].calls;
  }
  return 0;
}

/* The fault of this call, or NULL. */
static const struct fault *fault_of(const char *function) {
  read_faults();
  unsigned long call = counted(function);
  for (int i = 0; i < fault_count; i++) {
    if (strcmp(faults[i].function, function) == 0 && (faults[i].number == 0 || faults[i].number == call)) return &faults[i];
  }
  return NULL;
}

static int is(const struct fault *fault, const char *what) { return fault != NULL && strcmp(fault->what, what) == 0; }
static int is_code(const struct fault *fault) { return fault != NULL && strncmp(fault->what, "0x", 2) == 0; }
static CK_RV code_of(const char *text) { return strtoul(text, NULL, 16); }

/* A call that can fail before or after it is made, and is otherwise passed on as it is. */
#define PASS(name, parameters, arguments)                                   \
  static CK_RV fault_##name parameters {                                    \
    const struct fault *fault = fault_of(#name);                            \
    if (is_code(fault)) return code_of(fault->what);                        \
    CK_RV rv = real->name arguments;                                        \
    return is(fault, "after") ? code_of(fault->one) : rv;                   \
  }

PASS(C_Initialize, (CK_VOID_PTR a), (a))
PASS(C_Finalize, (CK_VOID_PTR a), (a))
PASS(C_GetInfo, (CK_INFO_PTR a), (a))
PASS(C_GetSlotList, (CK_BBOOL a, CK_SLOT_ID_PTR b, CK_ULONG_PTR c), (a, b, c))
PASS(C_GetSlotInfo, (CK_SLOT_ID a, CK_SLOT_INFO_PTR b), (a, b))
PASS(C_GetMechanismList, (CK_SLOT_ID a, CK_MECHANISM_TYPE_PTR b, CK_ULONG_PTR c), (a, b, c))
PASS(C_GetMechanismInfo, (CK_SLOT_ID a, CK_MECHANISM_TYPE b, CK_MECHANISM_INFO_PTR c), (a, b, c))
PASS(C_InitToken, (CK_SLOT_ID a, CK_UTF8CHAR_PTR b, CK_ULONG c, CK_UTF8CHAR_PTR d), (a, b, c, d))
PASS(C_InitPIN, (CK_SESSION_HANDLE a, CK_UTF8CHAR_PTR b, CK_ULONG c), (a, b, c))
PASS(C_SetPIN, (CK_SESSION_HANDLE a, CK_UTF8CHAR_PTR b, CK_ULONG c, CK_UTF8CHAR_PTR d, CK_ULONG e), (a, b, c, d, e))
PASS(C_OpenSession, (CK_SLOT_ID a, CK_FLAGS b, CK_VOID_PTR c, CK_NOTIFY d, CK_SESSION_HANDLE_PTR e), (a, b, c, d, e))
PASS(C_CloseSession, (CK_SESSION_HANDLE a), (a))
PASS(C_GetSessionInfo, (CK_SESSION_HANDLE a, CK_SESSION_INFO_PTR b), (a, b))
PASS(C_Login, (CK_SESSION_HANDLE a, CK_USER_TYPE b, CK_UTF8CHAR_PTR c, CK_ULONG d), (a, b, c, d))
PASS(C_Logout, (CK_SESSION_HANDLE a), (a))
PASS(C_CreateObject, (CK_SESSION_HANDLE a, CK_ATTRIBUTE_PTR b, CK_ULONG c, CK_OBJECT_HANDLE_PTR d), (a, b, c, d))
PASS(C_DestroyObject, (CK_SESSION_HANDLE a, CK_OBJECT_HANDLE b), (a, b))
PASS(C_SetAttributeValue, (CK_SESSION_HANDLE a, CK_OBJECT_HANDLE b, CK_ATTRIBUTE_PTR c, CK_ULONG d), (a, b, c, d))
PASS(C_FindObjectsInit, (CK_SESSION_HANDLE a, CK_ATTRIBUTE_PTR b, CK_ULONG c), (a, b, c))
PASS(C_FindObjects, (CK_SESSION_HANDLE a, CK_OBJECT_HANDLE_PTR b, CK_ULONG c, CK_ULONG_PTR d), (a, b, c, d))
PASS(C_FindObjectsFinal, (CK_SESSION_HANDLE a), (a))
PASS(C_GenerateKey, (CK_SESSION_HANDLE a, CK_MECHANISM_PTR b, CK_ATTRIBUTE_PTR c, CK_ULONG d, CK_OBJECT_HANDLE_PTR e), (a, b, c, d, e))
PASS(C_WrapKey, (CK_SESSION_HANDLE a, CK_MECHANISM_PTR b, CK_OBJECT_HANDLE c, CK_OBJECT_HANDLE d, CK_BYTE_PTR e, CK_ULONG_PTR f), (a, b, c, d, e, f))
PASS(C_UnwrapKey, (CK_SESSION_HANDLE a, CK_MECHANISM_PTR b, CK_OBJECT_HANDLE c, CK_BYTE_PTR d, CK_ULONG e, CK_ATTRIBUTE_PTR f, CK_ULONG g, CK_OBJECT_HANDLE_PTR h), (a, b, c, d, e, f, g, h))

static CK_RV fault_C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  const struct fault *fault = fault_of("C_GetTokenInfo");
  if (is_code(fault)) return code_of(fault->what);
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  if (is(fault, "after")) return code_of(fault->one);
  if (rv == CKR_OK && is(fault, "serial")) {
    memset(info->serialNumber, ' ', sizeof info->serialNumber);
    memcpy(info->serialNumber, fault->one, strnlen(fault->one, sizeof info->serialNumber));
  }
  if (rv == CKR_OK && is(fault, "flags")) info->flags |= code_of(fault->one);
  return rv;
}

static CK_RV fault_C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR list, CK_ULONG count) {
  const struct fault *fault = fault_of("C_GetAttributeValue");
  if (is_code(fault)) return code_of(fault->what);
  CK_RV rv = real->C_GetAttributeValue(session, object, list, count);
  if (is(fault, "after")) return code_of(fault->one);
  for (CK_ULONG i = 0; i < count && fault != NULL; i++) {
    if (list[i].type != code_of(fault->one)) continue;
    if (is(fault, "hide")) {
      list[i].ulValueLen = (CK_ULONG)-1;
      return CKR_ATTRIBUTE_TYPE_INVALID;
    }
    if (is(fault, "lie")) {
      if (list[i].pValue != NULL) *(CK_BYTE *)list[i].pValue = (CK_BYTE)code_of(fault->two);
      list[i].ulValueLen = 1;
      rv = CKR_OK;
    }
  }
  return rv;
}

/* A private key of the token that is not this one; this one where there is no other. */
static CK_OBJECT_HANDLE other_than(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE asked) {
  CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE query[] = {{CKA_CLASS, &class, sizeof class}};
  CK_OBJECT_HANDLE found[8];
  CK_ULONG count = 0;
  if (real->C_FindObjectsInit(session, query, 1) != CKR_OK) return asked;
  real->C_FindObjects(session, found, 8, &count);
  real->C_FindObjectsFinal(session);
  for (CK_ULONG i = 0; i < count; i++) {
    if (found[i] != asked) return found[i];
  }
  return asked;
}

static CK_RV fault_C_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  const struct fault *fault = fault_of("C_SignInit");
  if (is_code(fault)) return code_of(fault->what);
  CK_RV rv = real->C_SignInit(session, mechanism, is(fault, "other") ? other_than(session, key) : key);
  return is(fault, "after") ? code_of(fault->one) : rv;
}

static CK_RV fault_C_Sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature, CK_ULONG_PTR signature_length) {
  const struct fault *fault = fault_of("C_Sign");
  if (is_code(fault)) return code_of(fault->what);
  CK_RV rv = real->C_Sign(session, data, length, signature, signature_length);
  if (rv != CKR_OK || signature == NULL) return rv;
  if (is(fault, "after")) return code_of(fault->one);
  if (is(fault, "flip")) signature[*signature_length - 1] ^= 1;
  if (is(fault, "short")) *signature_length -= 1;
  if (is(fault, "empty")) *signature_length = 0;
  return rv;
}

static CK_RV fault_C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR a, CK_ULONG b, CK_ATTRIBUTE_PTR c, CK_ULONG d, CK_OBJECT_HANDLE_PTR public_key, CK_OBJECT_HANDLE_PTR private_key) {
  const struct fault *fault = fault_of("C_GenerateKeyPair");
  if (is_code(fault)) return code_of(fault->what);
  CK_RV rv = real->C_GenerateKeyPair(session, mechanism, a, b, c, d, public_key, private_key);
  if (rv != CKR_OK) return rv;
  if (is(fault, "half")) real->C_DestroyObject(session, *private_key);
  return is(fault, "after") ? code_of(fault->one) : rv;
}

static CK_RV fault_C_GenerateRandom(CK_SESSION_HANDLE session, CK_BYTE_PTR octets, CK_ULONG length) {
  const struct fault *fault = fault_of("C_GenerateRandom");
  if (is_code(fault)) return code_of(fault->what);
  if (is(fault, "constant")) {
    memset(octets, 0x5a, length);
    return CKR_OK;
  }
  CK_RV rv = real->C_GenerateRandom(session, octets, is(fault, "short") ? length / 2 : length);
  if (rv == CKR_OK && first_random_length == 0 && length <= sizeof first_random) {
    memcpy(first_random, octets, length);
    first_random_length = length;
  }
  if (is(fault, "repeat")) memcpy(octets, first_random, length < first_random_length ? length : first_random_length);
  return is(fault, "after") ? code_of(fault->one) : rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *path = getenv("ANCHORITE_FAULT_MODULE");
  void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  ours = *real;
#define OURS(name) ours.name = fault_##name;
  OURS(C_Initialize) OURS(C_Finalize) OURS(C_GetInfo) OURS(C_GetSlotList) OURS(C_GetSlotInfo) OURS(C_GetTokenInfo)
  OURS(C_GetMechanismList) OURS(C_GetMechanismInfo) OURS(C_InitToken) OURS(C_InitPIN) OURS(C_SetPIN) OURS(C_OpenSession)
  OURS(C_CloseSession) OURS(C_GetSessionInfo) OURS(C_Login) OURS(C_Logout) OURS(C_CreateObject) OURS(C_DestroyObject)
  OURS(C_GetAttributeValue) OURS(C_SetAttributeValue) OURS(C_FindObjectsInit) OURS(C_FindObjects) OURS(C_FindObjectsFinal)
  OURS(C_SignInit) OURS(C_Sign) OURS(C_GenerateKey) OURS(C_GenerateKeyPair) OURS(C_WrapKey) OURS(C_UnwrapKey) OURS(C_GenerateRandom)
  *list = &ours;
  return CKR_OK;
}
