/** A secret that is shared out to the custodians of a rehearsal. */
import { Content } from "../../src/bytes/content.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import type { StandInCustodians } from "../../src/console/stand-in-custodians.ts";
import { Custody } from "../../src/custody/custody.ts";

const SHARES = [{ by: "erin", number: 2 }, { by: "frank", number: 3 }];

/** @returns the secret, and the request that wants it back */
export async function sharesOut(custodians: StandInCustodians): Promise<{ request: RequestOf<"unwrap-key">; secret: Uint8Array }> {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
  const common = { step: 4, backup: "root-backup", spki: new Content(Uint8Array.of(1, 2, 3)), threshold: 2, shares: SHARES };
  const given = await new Custody(custodians).give({ kind: "wrap-key", ...common } as unknown as RequestOf<"wrap-key">, secret.slice());
  if ("reason" in given) throw new Error(given.reason);
  return { request: { kind: "unwrap-key", ...common, checkValue: given.checkValue } as unknown as RequestOf<"unwrap-key">, secret };
}
