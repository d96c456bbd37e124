/*
 * A PKCS#11 module for tests: SoftHSM behind it, and a file that says what is to go wrong. FAULT_MODULE is the module behind it,
 * FAULT_STEERING the file, read at each call; with another first line its counters begin anew. Every other line is one fault:
 *   fail FUNCTION N CODE      the N-th call of a function (its place in CK_FUNCTION_LIST, from 0) returns CODE, and does nothing
 *   signature flip|zero|repeat|LENGTH   what C_Sign gives: a bit turned, zeros, the first signature again, or so many octets
 *   other HEX                 C_SignInit takes the private key with this CKA_ID instead
 *   attribute TYPE OCTET      every attribute of this type that has one octet reads as OCTET
 *   random OCTET              C_GenerateRandom fills with it
 *   serial TEXT               the token's serial number is this
 *   half                      C_GenerateKeyPair destroys the private half that it made
 * All parameters of PKCS#11 functions fit a register, so that one form of call does for all of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long ul;
typedef ul (*call)(ul, ul, ul, ul, ul, ul, ul, ul);
enum { FUNCTIONS = 68, GET_FUNCTION_LIST = 3, TOKEN_INFO = 6, DESTROY = 22, ATTRIBUTE = 24, FIND_INIT = 26, FIND = 27, FIND_FINAL = 28, SIGN_INIT = 42, SIGN = 43, PAIR = 59, RANDOM = 64 };
struct list { unsigned char version[2]; call functions[FUNCTIONS]; };
struct attribute { ul type; void *value; ul length; };

static struct list ours, *behind;
static ul count[FUNCTIONS];
static char run[64];
static unsigned char first[1024];
static ul first_length;

struct steering { ul code, other_length, length; int fails, attribute, random, half, is_serial; ul attribute_type; char signature[16], serial[17]; unsigned char other[64], attribute_octet, random_octet; };

static ul hex(const char *text, unsigned char *into, ul most) {
  ul n = 0;
  unsigned octet;
  for (; n < most && sscanf(text + 2 * n, "%2x", &octet) == 1; n++) into[n] = (unsigned char)octet;
  return n;
}

static void read_line(struct steering *said, const char *line, int function) {
  ul f, n, code;
  unsigned octet;
  char text[160];
  if (sscanf(line, "fail %lu %lu %lu", &f, &n, &code) == 3 && f == (ul)function && n == count[f]) said->fails = 1, said->code = code;
  if (sscanf(line, "signature %15s", said->signature) == 1) said->length = strtoul(said->signature, NULL, 10);
  if (sscanf(line, "other %150s", text) == 1) said->other_length = hex(text, said->other, sizeof said->other);
  if (sscanf(line, "attribute %lu %u", &f, &octet) == 2) said->attribute = 1, said->attribute_type = f, said->attribute_octet = (unsigned char)octet;
  if (sscanf(line, "random %u", &octet) == 1) said->random = 1, said->random_octet = (unsigned char)octet;
  if (sscanf(line, "serial %16s", said->serial) == 1) said->is_serial = 1;
  if (strncmp(line, "half", 4) == 0) said->half = 1;
}

static struct steering steer(int function) {
  struct steering said;
  char line[256];
  memset(&said, 0, sizeof said);
  FILE *file = fopen(getenv("FAULT_STEERING") ? getenv("FAULT_STEERING") : "", "r");
  if (file == NULL) return said;
  if (fgets(line, sizeof line, file) != NULL && strncmp(line, run, sizeof run - 1) != 0) {
    memset(count, 0, sizeof count);
    first_length = 0;
    snprintf(run, sizeof run, "%.63s", line);
  }
  count[function]++;
  while (fgets(line, sizeof line, file) != NULL) read_line(&said, line, function);
  fclose(file);
  return said;
}

static ul other_key(ul session, ul key, struct steering *said) {
  ul class = 3, found = 0, many = 0;
  struct attribute query[2] = { { 0, &class, sizeof class }, { 0x102, said->other, said->other_length } };
  if (behind->functions[FIND_INIT](session, (ul)query, 2, 0, 0, 0, 0, 0) != 0) return key;
  behind->functions[FIND](session, (ul)&found, 1, (ul)&many, 0, 0, 0, 0);
  behind->functions[FIND_FINAL](session, 0, 0, 0, 0, 0, 0, 0);
  return many == 1 ? found : key;
}

static void spoil_signature(struct steering *said, unsigned char *signature, ul *length) {
  if (signature == NULL || said->signature[0] == 0) return;
  if (strcmp(said->signature, "flip") == 0) signature[*length - 1] ^= 1;
  else if (strcmp(said->signature, "zero") == 0) memset(signature, 0, *length);
  else if (strcmp(said->signature, "repeat") != 0) *length = said->length;
  else if (first_length == 0) memcpy(first, signature, first_length = *length);
  else memcpy(signature, first, *length = first_length);
}

static void spoil_attributes(struct steering *said, struct attribute *template, ul many) {
  for (ul i = 0; i < many; i++)
    if (template[i].type == said->attribute_type && template[i].value != NULL && template[i].length == 1) memset(template[i].value, said->attribute_octet, 1);
}

static ul put(int function, ul a, ul b, ul c, ul d, ul e, ul f, ul g, ul h) {
  struct steering said = steer(function);
  if (said.fails) return said.code;
  if (function == SIGN_INIT && said.other_length > 0) c = other_key(a, c, &said);
  ul answer = behind->functions[function](a, b, c, d, e, f, g, h);
  if (answer != 0) return answer;
  if (function == SIGN) spoil_signature(&said, (unsigned char *)d, (ul *)e);
  if (function == ATTRIBUTE && said.attribute) spoil_attributes(&said, (struct attribute *)c, d);
  if (function == RANDOM && said.random) memset((void *)b, said.random_octet, c);
  if (function == PAIR && said.half) behind->functions[DESTROY](a, *(ul *)h, 0, 0, 0, 0, 0, 0);
  if (function == TOKEN_INFO && said.is_serial) memset((char *)b + 80, ' ', 16), memcpy((char *)b + 80, said.serial, strlen(said.serial));
  return 0;
}

#define F(n) static ul f##n(ul a, ul b, ul c, ul d, ul e, ul f, ul g, ul h) { return put(n, a, b, c, d, e, f, g, h); }
#define TEN(t, X) X(t##0) X(t##1) X(t##2) X(t##3) X(t##4) X(t##5) X(t##6) X(t##7) X(t##8) X(t##9)
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) TEN(1, X) TEN(2, X) TEN(3, X) TEN(4, X) TEN(5, X) X(60) X(61) X(62) X(63) X(64) X(65) X(66) X(67)
ALL(F)
#define NAME(n) f##n,

ul C_GetFunctionList(struct list **list) {
  static const call all[FUNCTIONS] = { ALL(NAME) };
  if (behind == NULL) {
    void *module = dlopen(getenv("FAULT_MODULE") ? getenv("FAULT_MODULE") : "", RTLD_NOW | RTLD_LOCAL);
    ul (*get)(struct list **) = module == NULL ? NULL : (ul (*)(struct list **))dlsym(module, "C_GetFunctionList");
    if (get == NULL || get(&behind) != 0) return 5;
    memcpy(ours.version, behind->version, 2);
    memcpy(ours.functions, all, sizeof all);
    ours.functions[GET_FUNCTION_LIST] = (call)C_GetFunctionList;
  }
  *list = &ours;
  return 0;
}
