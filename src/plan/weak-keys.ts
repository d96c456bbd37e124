/** The lists of weak keys that a script names; the plan holds their digests among its inputs [WEAK-KEY-LIST]. */
import { Fault } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import { readWeakList, WeakList } from "../x509/weak-list.ts";
import type { Judgement } from "./judgement.ts";
import type { Input } from "./resolving.ts";

export { LARGEST_WEAK_LIST } from "../x509/weak-list.ts";

/** Lists as one, for a desk. @param lists the octets of each @throws Fault form-hex, form-utf8 */
export function weakListOf(lists: readonly Uint8Array[]): WeakList {
  return new WeakList(lists.flatMap(readWeakList));
}

/** All lists as one; null when the script names none. A file that is not there has its own finding. */
export function judgeWeakLists({ script, inputs }: { readonly script: Script; readonly inputs: ReadonlyMap<string, Input> }, judgement: Judgement): WeakList | null {
  const files = script["weak-keys"];
  if (files === undefined) return null;
  return new WeakList(files.flatMap((file, i) => {
    const bytes = inputs.get(file);
    try {
      return bytes instanceof Uint8Array ? readWeakList(bytes) : [];
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      judgement.judge("WEAK-KEY-LIST", ["weak-keys", i], false, `${file}: ${thrown.message}`, "give a list of Debian's openssl-blacklist, or SHA-256 digests of public keys");
      return [];
    }
  }));
}
