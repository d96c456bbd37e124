// One of the two processes of the intake's yardstick: base64, key import and verification of its share of the requests, by node:crypto alone.
import { createPublicKey, verify } from "node:crypto";

let share = [];

process.on("message", (message) => {
  if (message !== "go") share = message;
  else for (const one of share) check(one);
  process.send(message === "go" ? "done" : "ready");
});

function check({ pem, spki, info, signature }) {
  Buffer.from(pem.slice(36, -35), "base64");
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  if (!verify("sha256", info, { key, dsaEncoding: "ieee-p1363" }, signature)) throw new Error("a request of the bench does not verify");
}
