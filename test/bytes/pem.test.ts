import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { Fault } from "../../src/fault.ts";

test("a PEM text is what node:crypto writes, and is read back", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-521" });
  const der = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const pem = toPem("PUBLIC KEY", der);
  assert.equal(pem, publicKey.export({ format: "pem", type: "spki" }));
  assert.deepEqual(fromPem(pem, ["OTHER", "PUBLIC KEY"]), { label: "PUBLIC KEY", der });
});

test("every DER survives PEM, with LF and with CRLF", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (der) => {
    const pem = toPem("X", der);
    assert.deepEqual(fromPem(pem, ["X"]).der, der);
    assert.deepEqual(fromPem(pem.replaceAll("\n", "\r\n"), ["X"]).der, der);
    assert.deepEqual(fromPem(pem.trimEnd(), ["X"]).der, der);
  }));
});

test("text before the block is refused, unless it is to be ignored", () => {
  const pem = `Certificate request by somebody\n\n${toPem("X", Uint8Array.of(5, 0))}`;
  assert.throws(() => fromPem(pem, ["X"]), Fault);
  assert.deepEqual(fromPem(pem, ["X"], "ignored").der, Uint8Array.of(5, 0));
});

test("refuses everything that is not one strict block", () => {
  const pem = toPem("X", new Uint8Array(60).fill(7));
  const refused: Record<string, string> = {
    "nothing": "",
    "base64 without lines around it": "BQA=\n",
    "two blocks": pem + pem,
    "text after the block": `${pem}more\n`,
    "an empty line after the block": `${pem}\n`,
    "a blank before the block": ` ${pem}`,
    "a byte order mark": `\ufeff${pem}`,
    "another label": pem.replaceAll("X", "Y"),
    "labels that differ": pem.replace("END X", "END Y"),
    "no END line": pem.split("\n").slice(0, -2).join("\n"),
    "bare CR line ends": pem.replaceAll("\n", "\r"),
    "a header": pem.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n"),
    "an empty line inside": pem.replace("BwcH\n", "BwcH\n\n"),
    "lines of another length": pem.replace("BwcHBwcH", "BwcH\nBwcH"),
    "an empty body": "-----BEGIN X-----\n-----END X-----\n",
    "a stray character": pem.replace("BwcH", "Bw*H"),
    "no padding": toPem("X", Uint8Array.of(5)).replace("=", ""),
    "bits after the last octet": toPem("X", Uint8Array.of(5)).replace("BQ==", "BR=="),
  };
  for (const [what, text] of Object.entries(refused)) {
    assert.throws(() => fromPem(text, ["X"]), (thrown) => thrown instanceof Fault && thrown.code === "form-pem", what);
  }
});
