import assert from "node:assert/strict";
import { test } from "node:test";
import { leftOutFor, without, type LibraryInfo } from "../../src/hsm/left-out.ts";
import { unpadded } from "../../src/hsm/slot.ts";
import type { TokenIdentity } from "../../src/transcript/observation.ts";

const library = (manufacturer: string, minor = 40): LibraryInfo => ({ manufacturer, description: "", version: { major: 2, minor } });
const token = (manufacturer: string, model: string): TokenIdentity => ({ serial: "1", label: "a", manufacturer, model, firmware: "1.0", initialized: true, userPinInitialized: true, userPinCountLow: false, userPinFinalTry: false, userPinLocked: false });

test("templates leave out what a model is known to refuse, and nothing for any other", () => {
  assert.deepEqual(leftOutFor(library("SoftHSM"), token("SoftHSM project", "SoftHSM v2")), { privateKey: [], publicKey: [] });
  assert.deepEqual(leftOutFor(library("Mozilla Foundation"), token("Mozilla Foundation", "NSS 3")).rsaPublicKey, ["ENCRYPT"]);
  assert.deepEqual(leftOutFor(library("tpm2-software.github.io"), token("IBM", "SW   TPM")), { privateKey: ["DECRYPT"], publicKey: ["ENCRYPT"] });
  assert.deepEqual(leftOutFor(library("IBM", 20), token("IBM Corp.", "IBM SoftTok")).privateKey, ["COPYABLE", "DESTROYABLE"]);
  assert.deepEqual(without({ SIGN: true, COPYABLE: false }, ["COPYABLE"]), { SIGN: true });
});

test("the padding of a token's words is taken off, blanks or zeros", () => {
  assert.deepEqual(["SW   TPM\0\0\0", "vault   ", "a b \0 "].map(unpadded), ["SW   TPM", "vault", "a b"]);
});
