/** One nonce in two signatures, the seal's among them: from such a pair anybody computes the private keys. */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { makeKeyPair, type KeyPair } from "../scripted/keys.ts";
import { sealedFiles } from "../scripted/life.ts";
import { packOf, SIGNING_FILES } from "../scripted/pack.ts";
import { goodPlan, SEALED } from "../scripted/scripts.ts";
import { Sweep } from "../scripted/sweep.ts";
import { renewal } from "../scripted/swept.ts";
import { ScriptedToken } from "../scripted/token.ts";
import { replay, World } from "../scripted/world.ts";

/** The order of the group of P-256 (SP 800-186 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A key on P-256 whose token has a broken generator: every signature has the same nonce, and verifies. */
class OneNonce implements KeyPair {
  readonly spki: Uint8Array;
  readonly #secret: bigint;
  readonly #nonce: bigint;
  readonly #r: bigint;

  constructor() {
    const own = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    this.spki = new Uint8Array(own.publicKey.export({ type: "spki", format: "der" }));
    this.#secret = number(own.privateKey.export({ format: "jwk" }).d);
    // the nonce and the x of its point are a key pair as well
    const { d, x } = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({ format: "jwk" });
    this.#nonce = number(d);
    this.#r = number(x) % ORDER;
  }

  sign(message: Uint8Array): Uint8Array {
    const digest = BigInt(`0x${createHash("sha256").update(message).digest("hex")}`);
    const s = (power(this.#nonce, ORDER - 2n) * (digest + this.#r * this.#secret)) % ORDER;
    return new Uint8Array(Buffer.from([this.#r, s].map((half) => half.toString(16).padStart(64, "0")).join(""), "hex"));
  }
}

const number = (text = ""): bigint => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % ORDER];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

test("a seal whose nonce the transcript key has used before makes the record not authentic, though every signature verifies [RECORD-SIGNATURES] [SIGNATURE-VERIFIED]", async () => {
  const world = new World(goodPlan(SEALED, SIGNING_FILES));
  const broken = new OneNonce();
  world.vault.coming.push(makeKeyPair(), broken);
  await world.run();
  const files = sealedFiles(world, packOf(world));
  const { replayed } = replay(files);
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong], ["reproduced", []], "one signature alone shows nothing");
  const sealed = judgeSealed(files, replayed, null);
  assert.ok(sealed.claims.every(claimHolds));
  assert.match(sealed.wrong.join(), /the signature has the nonce of another one/);
  assert.deepEqual(judgeSealed(files, replayed, null).wrong.length, sealed.wrong.length, "whoever judges twice finds it once");
  const verdict = verdictOf(replayed, sealed, [], { roster: false, digest: null });
  assert.deepEqual([verdict.exit, verdict.codes], [7, ["RECORD-SIGNATURES"]]);
  const good = new World(goodPlan(SEALED, SIGNING_FILES));
  await good.run();
  const whole = sealedFiles(good, packOf(good));
  assert.deepEqual(judgeSealed(whole, replay(whole).replayed, null).wrong, []);
});

test("a run does not keep a seal whose nonce was there before [SIGNATURE-VERIFIED]", async () => {
  const { begin } = await renewal();
  const vault = new ScriptedToken("serial-0");
  vault.coming.push(makeKeyPair(), new OneNonce());
  const sweep = new Sweep(goodPlan(SEALED, SIGNING_FILES), { ...begin(), tokens: new Map([["vault", vault]]) });
  await assert.rejects(sweep.run(), { code: "hsm-answer", message: /the seal is not kept: .*the nonce of another one/ });
});
