/**
 * Every attribute of an object in words, for people who look at a token. What is secret is never asked for: a token that keeps its
 * promises would not give it, and one that does not must not put it on a screen.
 */
import { toHex } from "../bytes/hex.ts";
import { CKO } from "./attributes.ts";
import type { ObjectHandle, TokenSession } from "./session.ts";

/** How octets are read. */
type Form = "flag" | "number" | "text" | "octets" | "secret" | "content";

/** Attributes of PKCS#11 v2.40 and v3.0 with their numbers, in the order of the header. */
const ATTRIBUTES: readonly (readonly [name: string, type: number, form: Form])[] = [
  ["CLASS", 0x0, "number"], ["TOKEN", 0x1, "flag"], ["PRIVATE", 0x2, "flag"], ["LABEL", 0x3, "text"], ["UNIQUE_ID", 0x4, "text"], ["APPLICATION", 0x10, "text"],
  ["VALUE", 0x11, "content"], ["OBJECT_ID", 0x12, "octets"], ["CERTIFICATE_TYPE", 0x80, "number"], ["ISSUER", 0x81, "octets"], ["SERIAL_NUMBER", 0x82, "octets"],
  ["TRUSTED", 0x86, "flag"], ["CERTIFICATE_CATEGORY", 0x87, "number"], ["CHECK_VALUE", 0x90, "octets"], ["KEY_TYPE", 0x100, "number"], ["SUBJECT", 0x101, "octets"],
  ["ID", 0x102, "octets"], ["SENSITIVE", 0x103, "flag"], ["ENCRYPT", 0x104, "flag"], ["DECRYPT", 0x105, "flag"], ["WRAP", 0x106, "flag"], ["UNWRAP", 0x107, "flag"],
  ["SIGN", 0x108, "flag"], ["SIGN_RECOVER", 0x109, "flag"], ["VERIFY", 0x10a, "flag"], ["VERIFY_RECOVER", 0x10b, "flag"], ["DERIVE", 0x10c, "flag"],
  ["START_DATE", 0x110, "text"], ["END_DATE", 0x111, "text"], ["MODULUS", 0x120, "octets"], ["MODULUS_BITS", 0x121, "number"], ["PUBLIC_EXPONENT", 0x122, "octets"],
  ["PRIVATE_EXPONENT", 0x123, "secret"], ["PRIME_1", 0x124, "secret"], ["PRIME_2", 0x125, "secret"], ["EXPONENT_1", 0x126, "secret"], ["EXPONENT_2", 0x127, "secret"], ["COEFFICIENT", 0x128, "secret"],
  ["PUBLIC_KEY_INFO", 0x129, "octets"], ["VALUE_LEN", 0x161, "number"], ["EXTRACTABLE", 0x162, "flag"], ["LOCAL", 0x163, "flag"], ["NEVER_EXTRACTABLE", 0x164, "flag"],
  ["ALWAYS_SENSITIVE", 0x165, "flag"], ["KEY_GEN_MECHANISM", 0x166, "number"], ["MODIFIABLE", 0x170, "flag"], ["COPYABLE", 0x171, "flag"], ["DESTROYABLE", 0x172, "flag"],
  ["EC_PARAMS", 0x180, "octets"], ["EC_POINT", 0x181, "octets"], ["ALWAYS_AUTHENTICATE", 0x202, "flag"], ["WRAP_WITH_TRUSTED", 0x210, "flag"],
  ["ALLOWED_MECHANISMS", 0x40000600, "octets"], ["WRAP_TEMPLATE", 0x40000211, "secret"], ["UNWRAP_TEMPLATE", 0x40000212, "secret"],
];

/** Attributes that only private and secret keys have; of other objects nothing is said of them. */
const OF_SECRETS = new Set(["PRIVATE_EXPONENT", "PRIME_1", "PRIME_2", "EXPONENT_1", "EXPONENT_2", "COEFFICIENT", "WRAP_TEMPLATE", "UNWRAP_TEMPLATE"]);
/** What of a longer value is shown. */
const SHOWN = 600;

export interface AttributeText {
  /** Without `CKA_`. */
  readonly name: string;
  /** `true`, `false`, `not reported`, `sensitive`, `not asked for`, a number, a text in quotes, or octets as hex. */
  readonly says: string;
}

/** Every attribute, read one by one. @throws CkrError */
export function attributeWords(session: TokenSession, object: ObjectHandle): AttributeText[] {
  const cko = numberOf(session.attributeOrWord(object, 0x0));
  const keepsSecrets = cko === CKO.PRIVATE_KEY || cko === CKO.SECRET_KEY;
  const isHidden = keepsSecrets || (cko === CKO.DATA && flagOf(session.attributeOrWord(object, 0x2)) !== false);
  return ATTRIBUTES.filter(([name]) => keepsSecrets || !OF_SECRETS.has(name)).map(([name, type, form]) => ({
    name, says: form === "secret" || (form === "content" && isHidden) ? "not asked for: it may be a secret" : textOf(session.attributeOrWord(object, type), form),
  }));
}

function textOf(value: Buffer | "not reported" | "sensitive", form: Form): string {
  if (typeof value === "string") return value;
  if (form === "flag") return flagOf(value)?.toString() ?? `0x${toHex(value)}, which is neither true nor false`;
  if (form === "number") return numberOf(value)?.toString() ?? (value.every((octet) => octet === 0xff) ? "not reported" : `0x${toHex(value)}, which is no number`);
  const text = form === "text" ? value.toString("utf8") : null;
  if (text !== null && Buffer.from(text, "utf8").equals(value)) return JSON.stringify(text);
  return `${toHex(value.subarray(0, SHOWN))}${value.length > SHOWN ? `… (${value.length} octets)` : ""}`;
}

function flagOf(value: Buffer | string): boolean | null {
  if (typeof value === "string" || value.length !== 1 || (value[0] !== 0 && value[0] !== 1)) return null;
  return value[0] === 1;
}

function numberOf(value: Buffer | string): number | null {
  if (typeof value === "string" || value.every((octet) => octet === 0xff)) return null;
  if (value.length === 8) return Number(value.readBigUInt64LE());
  return value.length === 4 ? value.readUInt32LE() : null;
}
