// Ends what runs for a prepared folder: `node test/tokens/stop.mjs out/tpm`. The folder stays.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { main, Stop } from "../../softhsm/lines.mjs";
import { daemonsOf, stopDaemons } from "./daemons.mjs";

await main(() => {
  const [folder, ...more] = process.argv.slice(2);
  if (folder === undefined || more.length > 0) throw new Stop("usage: node test/tokens/stop.mjs FOLDER", 2);
  if (!existsSync(join(folder, "station.yaml"))) throw new Stop(`tokens: ${folder} was not prepared by test/tokens/prepare.mjs`, 2);
  const names = daemonsOf(folder).map(({ what, pid }) => `${what} (${pid})`);
  stopDaemons(folder);
  console.log(names.length === 0 ? "nothing was running" : `ended: ${names.join(", ")}`);
});
