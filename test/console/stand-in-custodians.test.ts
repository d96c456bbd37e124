/** Custodians of a rehearsal, with practice shares of a secret that a throw-away token made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import type { ShareDesk } from "../../src/console/people.ts";
import { PracticeDesk, StandInCustodians } from "../../src/console/stand-in-custodians.ts";
import { Custody } from "../../src/custody/custody.ts";
import { sharesOut } from "./practice.ts";

test("stand-ins bring the practice shares that they were shown before the ceremony, and the secret comes back", async () => {
  const custodians = new StandInCustodians();
  const { request, secret } = await sharesOut(custodians);
  const custody = new Custody(custodians);
  assert.equal(await custody.collect(request), null);
  assert.deepEqual(custody.spend(request), secret);
});

test("at prompts each custodian is shown the practice share first, and types it from the paper", async () => {
  const custodians = new StandInCustodians();
  const { request, secret } = await sharesOut(custodians);
  const said: string[] = [];
  let paper: readonly string[] = [];
  const desk: ShareDesk = {
    show: async ({ by, number }, lines) => (said.push(`show ${by} ${number}`), (paper = lines), null),
    type: async ({ by, number }) => (said.push(`type ${by} ${number}`), paper),
  };
  const custody = new Custody(new PracticeDesk(desk, custodians));
  assert.equal(await custody.collect(request), null);
  assert.deepEqual(custody.spend(request), secret);
  assert.deepEqual(said, ["show erin 2", "type erin 2", "show frank 3", "type frank 3"]);
});

test("a share that nobody was shown in the rehearsal is not known to stand-ins, and is only asked for at prompts", async () => {
  const request = { kind: "unwrap-key", backup: "other", checkValue: "00".repeat(8), threshold: 2, shares: [{ by: "erin", number: 2 }, { by: "frank", number: 3 }], spki: new Content(new Uint8Array()) } as unknown as RequestOf<"unwrap-key">;
  await assert.rejects(new Custody(new StandInCustodians()).collect(request), /stand-ins know no share/);
  const said: string[] = [];
  const desk: ShareDesk = { show: async () => (said.push("show"), null), type: async () => (said.push("type"), { by: "erin", reason: "no paper" }) };
  assert.deepEqual(await new Custody(new PracticeDesk(desk, new StandInCustodians())).collect(request), { by: "erin", reason: "no paper" });
  assert.deepEqual(said, ["type"]);
});
