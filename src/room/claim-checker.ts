/**
 * The program of the pool's processes: octets come in, verdicts go out. It ends with its parent. The library of the second
 * reading is loaded when it is first asked for, so that replay needs it nowhere.
 */
import { claimHolds } from "./claims.ts";
import type { Answers, Batch } from "./pool.ts";

async function answersTo(batch: Batch): Promise<readonly unknown[]> {
  if (batch.kind === "claims") return batch.items.map(claimHolds);
  const { readTbsesAgain } = await import("./second-reading.ts");
  return readTbsesAgain(batch.items);
}

process.on("message", (batch: Batch) => {
  void answersTo(batch).then((answers) => process.send?.({ id: batch.id, answers } satisfies Answers));
});
process.on("disconnect", () => process.exit());
// an interrupt at the terminal reaches the whole group; when this process is to end, its parent says so
process.on("SIGINT", () => undefined);
