/** A token made of a list, which answers as a test tells it to: what no real token should do. */
import { CkrError } from "../../src/hsm/ckr.ts";
import type { ObjectHandle, ObjectQuery, TokenSession } from "../../src/hsm/session.ts";
import type { Tokens } from "../../src/hsm/tokens.ts";
import { CKA, CKK, CKO } from "../../src/hsm/attributes.ts";
import { eventsInto, pinsOf } from "./softhsm-room.ts";

export type FakeObject = Map<number, Buffer>;

const ulong = (value: number) => {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64LE(BigInt(value));
  return octets;
};

/** One half of a P-256 key pair; `point` for the public one. */
export function half(kind: "private" | "public", id: string, point?: Uint8Array): FakeObject {
  const object: FakeObject = new Map([
    [CKA.CLASS, ulong(kind === "private" ? CKO.PRIVATE_KEY : CKO.PUBLIC_KEY)], [CKA.KEY_TYPE, ulong(CKK.EC)], [CKA.ID, Buffer.from(id, "hex")],
    [CKA.LABEL, Buffer.from("root")], [CKA.EC_PARAMS, Buffer.from("06082a8648ce3d030107", "hex")], [CKA.KEY_GEN_MECHANISM, ulong(0x1040)],
  ]);
  if (point !== undefined) object.set(CKA.EC_POINT, Buffer.concat([Buffer.of(0x04, point.length), point]));
  return object;
}

export class LyingToken {
  readonly objects: FakeObject[] = [];
  /** What C_Sign gives, call by call: octets, or the PKCS#11 error to fail with. */
  signs: (Uint8Array | string)[] = [];
  /** What C_GenerateKeyPair does. */
  generates: () => void = () => undefined;
  destroys: (object: FakeObject) => void = (object) => void this.objects.splice(this.objects.indexOf(object), 1);
  octets: (length: number) => Uint8Array = (length) => new Uint8Array(length);
  renewed = 0;

  /** The part of the room that effects see. */
  tokens(): Tokens {
    const open = { name: "vault", serial: "1", slot: slot(), session: this.#session(), loggedIn: true };
    const renew = async () => void this.renewed++;
    return { reachLoggedIn: async () => open, reach: async () => open, renew, pins: pinsOf(), events: eventsInto([]) } as unknown as Tokens;
  }

  /** Its one session, for functions that take no more. */
  session(): TokenSession {
    return this.#session() as unknown as TokenSession;
  }

  #session() {
    const at = (handle: ObjectHandle) => this.objects[handle.octets.readUInt8()] as FakeObject;
    const matches = (object: FakeObject, query: ObjectQuery) =>
      (query.id === undefined || object.get(CKA.ID)?.toString("hex") === query.id) && (query.label === undefined || object.get(CKA.LABEL)?.toString() === query.label);
    return {
      find: (query: ObjectQuery) => this.objects.flatMap((object, i) => (matches(object, query) ? [{ octets: Buffer.of(i) }] : [])),
      attribute: (handle: ObjectHandle, type: number) => at(handle).get(type) ?? null,
      generateKeyPair: async () => this.generates(),
      destroy: (handle: ObjectHandle) => this.destroys(at(handle)),
      random: (length: number) => this.octets(length),
      sign: () => {
        const next = this.signs.shift() ?? "CKR_GENERAL_ERROR:5";
        if (typeof next === "string") throw new CkrError("C_Sign", new Error(next));
        return next;
      },
    };
  }
}

function slot() {
  return {
    mechanism: () => ({ minKeySize: 1, maxKeySize: 9999, flags: 0xffffff }),
    leftOut: () => ({ privateKey: [], publicKey: [] }),
    state: () => ({ identity: {}, writeProtected: false, pinLength: { least: 4, most: 255 }, warning: { user: "", so: "" } }),
  };
}
