/** A session with a token: every native call that takes a session, behind one typed wrapper. */
import { UserType, type ITemplate, type Session } from "graphene-pk11";
import type { Secret } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Role } from "./binding.ts";
import { CkrError, native, nativeAsync } from "./ckr.ts";
import type { MechanismCall } from "./mechanism.ts";
import { idOctets, labelOctets, type CheckedTemplate } from "./template.ts";

/** A handle of an object, good for this login only. It never leaves the room. */
export interface ObjectHandle {
  readonly octets: Buffer;
}

/** What objects are looked for by; nothing: all of them. */
export interface ObjectQuery {
  readonly class?: number;
  /** CKA_ID, hex. */
  readonly id?: string;
  readonly label?: string;
}

/** More objects than any token of a ceremony holds; a token that counts on is lying. */
const OBJECT_LIMIT = 100_000;
/** Longer than any signature; an empty buffer would be taken as a question for the length. */
const SIGNATURE_BUFFER = 1024;
/** Longer than any wrapped key. */
const WRAPPED_BUFFER = 16 * 1024;
const CKS_RW_USER_FUNCTIONS = 3;

export class TokenSession {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** @throws CkrError */
  login(role: Role, pin: Secret): void {
    const type = role === "so" ? UserType.SO : UserType.USER;
    native("C_Login", () => pin.spend((text) => this.#session.login(text, type)));
  }

  /** @throws CkrError */
  logout(): void {
    native("C_Logout", () => this.#session.logout());
  }

  /** Sets the first user PIN, as SO. @throws CkrError */
  initPin(pin: Secret): void {
    native("C_InitPIN", () => pin.spend((text) => this.#session.initPin(text)));
  }

  /** Gives whoever is logged in another PIN. @throws CkrError */
  setPin(current: Secret, fresh: Secret): void {
    native("C_SetPIN", () => current.spend((old) => fresh.spend((text) => this.#session.lib.C_SetPIN(this.#session.handle, old, text))));
  }

  /** Whether the user is logged in to the token, by the token's word. */
  userIsLoggedIn(): boolean {
    try {
      return this.#session.lib.C_GetSessionInfo(this.#session.handle).state === CKS_RW_USER_FUNCTIONS;
    } catch {
      return false;
    }
  }

  /** Closes the session; a session that is gone already is closed enough. */
  close(): void {
    try {
      this.#session.close();
    } catch {
      // nothing is left to close
    }
  }

  /** @throws CkrError; Fault hsm-answer when the token counts without end */
  find(query: ObjectQuery): ObjectHandle[] {
    const template: ITemplate = {};
    if (query.class !== undefined) template.class = query.class;
    if (query.id !== undefined) template.id = idOctets(query.id);
    if (query.label !== undefined) template.label = labelOctets(query.label).toString("utf8");
    const found: ObjectHandle[] = [];
    native("C_FindObjects", () => this.#session.find(template, (object) => found.push({ octets: object.handle }) <= OBJECT_LIMIT));
    if (found.length > OBJECT_LIMIT) throw new Fault("hsm-answer", `expected at most ${OBJECT_LIMIT} objects, the token counts on`);
    return found;
  }

  /**
   * One attribute, its octets; null when the object has no such attribute or does not show it. Asked one by one, with a
   * fresh template: the binding fails a whole template for one attribute, and leaks a template that is used twice.
   * @throws CkrError
   */
  attribute(object: ObjectHandle, type: number): Buffer | null {
    try {
      const [result] = native("C_GetAttributeValue", () => this.#session.lib.C_GetAttributeValue(this.#session.handle, object.octets, [{ type }]));
      return result?.value ?? null;
    } catch (error) {
      if (isNotShown(error)) return null;
      throw error;
    }
  }

  /** Random octets of the token. @throws CkrError */
  random(length: number): Uint8Array {
    return new Uint8Array(native("C_GenerateRandom", () => this.#session.generateRandom(length)));
  }

  /** C_GenerateKeyPair on another thread, so that the screen lives. The handles are dropped: the pair is looked up by its CKA_ID. @throws CkrError */
  async generateKeyPair(mechanism: number, publicTemplate: CheckedTemplate, privateTemplate: CheckedTemplate): Promise<void> {
    const { lib, handle } = this.#session;
    await nativeAsync("C_GenerateKeyPair", () => lib.C_GenerateKeyPairAsync(handle, { mechanism }, [...publicTemplate], [...privateTemplate]));
  }

  /**
   * C_SignInit and C_Sign. After any error the session may still believe that it is signing: close it.
   * @param contextPin for a key with CKA_ALWAYS_AUTHENTICATE; null for others
   * @throws CkrError
   */
  sign({ mechanism, parameter }: MechanismCall, key: ObjectHandle, data: Buffer, contextPin: Secret | null): Uint8Array {
    const { lib, handle } = this.#session;
    native("C_SignInit", () => lib.C_SignInit(handle, parameter === null ? { mechanism } : { mechanism, parameter: { ...parameter } }, key.octets));
    if (contextPin !== null) native("C_Login", () => contextPin.spend((text) => this.#session.login(text, UserType.CONTEXT_SPECIFIC)));
    return new Uint8Array(native("C_Sign", () => lib.C_Sign(handle, data, Buffer.alloc(SIGNATURE_BUFFER))));
  }

  /** C_GenerateKey. @throws CkrError */
  generateKey(mechanism: number, attributes: CheckedTemplate): ObjectHandle {
    return { octets: native("C_GenerateKey", () => this.#session.lib.C_GenerateKey(this.#session.handle, { mechanism }, [...attributes])) };
  }

  /** C_WrapKey. @throws CkrError */
  wrap(mechanism: number, wrapping: ObjectHandle, key: ObjectHandle): Uint8Array {
    return new Uint8Array(native("C_WrapKey", () => this.#session.lib.C_WrapKey(this.#session.handle, { mechanism }, wrapping.octets, key.octets, Buffer.alloc(WRAPPED_BUFFER))));
  }

  /** C_UnwrapKey. @throws CkrError */
  unwrap(mechanism: number, unwrapping: ObjectHandle, blob: Buffer, attributes: CheckedTemplate): void {
    native("C_UnwrapKey", () => this.#session.lib.C_UnwrapKey(this.#session.handle, { mechanism }, unwrapping.octets, blob, [...attributes]));
  }

  /** @throws CkrError */
  create(attributes: CheckedTemplate): ObjectHandle {
    return { octets: native("C_CreateObject", () => this.#session.lib.C_CreateObject(this.#session.handle, [...attributes])) };
  }

  /** A key pair of a trial; handles are for this login only. @throws CkrError */
  async makePair(mechanism: number, publicTemplate: CheckedTemplate, privateTemplate: CheckedTemplate): Promise<{ readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle }> {
    const { lib, handle } = this.#session;
    const made = await nativeAsync("C_GenerateKeyPair", () => lib.C_GenerateKeyPairAsync(handle, { mechanism }, [...publicTemplate], [...privateTemplate]));
    return { publicKey: { octets: made.publicKey }, privateKey: { octets: made.privateKey } };
  }

  /** A secret key of a trial. @throws CkrError */
  makeSecret(mechanism: number, attributes: CheckedTemplate): ObjectHandle {
    const { lib, handle } = this.#session;
    return { octets: native("C_GenerateKey", () => lib.C_GenerateKey(handle, { mechanism }, [...attributes])) };
  }

  /** How many octets a key makes when it is wrapped; the octets are forgotten. @throws CkrError */
  wrappedLength(mechanism: number, wrapping: ObjectHandle, key: ObjectHandle): number {
    const { lib, handle } = this.#session;
    return native("C_WrapKey", () => lib.C_WrapKey(handle, { mechanism }, wrapping.octets, key.octets, Buffer.alloc(8192))).length;
  }

  /**
   * One attribute in words: its octets, or why there are none.
   * @throws CkrError for what is no answer about the attribute
   */
  attributeOrWord(object: ObjectHandle, type: number): Buffer | "not reported" | "sensitive" {
    try {
      const [result] = native("C_GetAttributeValue", () => this.#session.lib.C_GetAttributeValue(this.#session.handle, object.octets, [{ type }]));
      return result?.value === undefined || result.value.length === 0 ? "not reported" : result.value;
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      if (error.ckr === "CKR_ATTRIBUTE_SENSITIVE") return "sensitive";
      // a date without octets, or what some token fails on: the binding throws a text of its own
      if (isNotShown(error) || error.ckr === "CKR_FUNCTION_FAILED" || /wrong length.*but is 0/.test(error.ckr)) return "not reported";
      throw error;
    }
  }

  /** @throws CkrError */
  destroy(object: ObjectHandle): void {
    native("C_DestroyObject", () => this.#session.lib.C_DestroyObject(this.#session.handle, object.octets));
  }
}

/** SoftHSM says CKR_ATTRIBUTE_VALUE_INVALID of each attribute of an object that a dying process left half made: it is there, and tells nothing. */
const NOT_SHOWN: ReadonlySet<string> = new Set(["CKR_ATTRIBUTE_TYPE_INVALID", "CKR_ATTRIBUTE_SENSITIVE", "CKR_ATTRIBUTE_VALUE_INVALID"]);

function isNotShown(error: unknown): boolean {
  return error instanceof CkrError && NOT_SHOWN.has(error.ckr);
}
