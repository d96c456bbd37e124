import assert from "node:assert/strict";
import { test } from "node:test";
import { templatesOf } from "../../src/plan/key-template.ts";
import { TOKEN_PROFILES } from "../../src/tokens/profiles.ts";
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

/** What the library behind each model that was tried says of itself. */
const LIBRARIES: Readonly<Record<string, LibraryInfo>> = {
  "softhsm-2": library("SoftHSM"), "p11-kit": library("PKCS#11 Kit"), "nss-softokn": library("Mozilla Foundation"), "opencryptoki-soft": library("IBM", 20), "tpm2-pkcs11": library("tpm2-software.github.io"),
};
const { privateTemplate, publicTemplate } = templatesOf();

test("what a template leaves out for a model, its profile takes, and what its profile takes of a template's attributes is left out: one without the other would refuse every key, or hide a lie", () => {
  const tried = TOKEN_PROFILES.filter((profile) => profile.tried !== null);
  assert.deepEqual(tried.map(({ name }) => name).sort(), Object.keys(LIBRARIES).sort());
  for (const { name, models, words } of tried) {
    const of = LIBRARIES[name] ?? assert.fail(name);
    for (const model of models) {
      const out = leftOutFor(of, token(model.manufacturer, model.model));
      const halves = [["private key", out.privateKey, privateTemplate, undefined], ["public key", out.publicKey, publicTemplate, undefined], ["public key", out.rsaPublicKey ?? [], publicTemplate, "rsa"]] as const;
      for (const [half, names, template, family] of halves) {
        const taken = words.filter((word) => word.half === half && word.family === family && word.attribute in template);
        assert.deepEqual(taken.map(({ attribute }) => attribute).sort(), [...names].sort(), `${name}: ${half} ${family ?? ""}`);
        for (const { attribute, says } of taken) assert.notEqual(says, template[attribute], `${name}: ${attribute} says what was asked for`);
      }
    }
  }
});
