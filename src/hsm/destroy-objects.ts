/** Effect `destroy-objects`: every object with a CKA_ID and a label, private keys first. */
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { findAndRead, nameObject, type Found } from "./objects.ts";
import type { OpenToken, Tokens } from "./tokens.ts";

type Destroy = RequestOf<"destroy-objects">;

/**
 * Finds the objects and sees that all of them may be destroyed. None at all is fine: an earlier attempt may have done it.
 * @returns what puts the effect to the token
 */
export async function prepareDestroy(tokens: Tokens, request: Destroy): Promise<() => Promise<Observation>> {
  const open = await tokens.reachLoggedIn(request);
  const found = named(open, request);
  const kept = found.filter(({ object }) => object.attributes["DESTROYABLE"] === false);
  if (kept.length > 0) {
    const names = kept.map(({ object }) => nameObject(object)).join(", ");
    throw new Fault("hsm-template", `the token will not destroy ${names}: CKA_DESTROYABLE is false`, ["only initialising the token destroys such an object"]);
  }
  return () => destroy(tokens, request, open, found);
}

/** An empty template finds all; one with an empty value would find, on some tokens, what it should not. */
function named({ session }: OpenToken, { id, label }: Destroy): Found[] {
  return findAndRead(session, {}).filter(({ object }) => object.id === id && object.label === label);
}

async function destroy(tokens: Tokens, request: Destroy, open: OpenToken, found: readonly Found[]): Promise<Observation> {
  const { kind } = request;
  let destroyed = 0;
  try {
    for (const { handle } of found) {
      open.session.destroy(handle);
      destroyed++;
    }
    const left = named(open, request).map(({ object }) => nameObject(object));
    return left.length === 0 ? { kind, outcome: "done", destroyed } : { kind, outcome: "wrong", why: `still on the token: ${left.join(", ")}` };
  } catch (error) {
    if (error instanceof Fault) return { kind, outcome: "wrong", why: error.message };
    if (!(error instanceof CkrError)) throw error;
    await tokens.renew(open);
    return failedEffect(kind, error, destroyed === 0);
  }
}
