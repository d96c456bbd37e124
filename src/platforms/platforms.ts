/** The platforms that bundles are made for, and the formats of what is signed for them. */
import { CTRLX_APP } from "./ctrlx/artifact.ts";
import { CTRLX } from "./ctrlx/bundle.ts";
import { judgeOemRequest, type OwnRequestFacts } from "./ctrlx/request.ts";
import { FOUNDRIES } from "./foundries/bundle.ts";
import { IOX } from "./iox/bundle.ts";
import { MENDER } from "./mender/bundle.ts";
import { MENDER_ARTIFACT } from "./mender/signed-artifact.ts";
import type { ArtifactFormat } from "./artifact.ts";
import type { ArtifactFormatName, PlatformName, RequestPlatformName } from "./parts.ts";
import { PEM } from "./pem.ts";
import { CMS, RAW } from "./plain-artifacts.ts";
import { ROLLOUTS_REPORT } from "./rollouts/artifact.ts";
import { ROLLOUTS } from "./rollouts/bundle.ts";
import type { Acceptance, Platform } from "./platform.ts";

const PLATFORMS: Readonly<Record<PlatformName, Platform>> = { pem: PEM, foundries: FOUNDRIES, iox: IOX, ctrlx: CTRLX, mender: MENDER, rollouts: ROLLOUTS };

export function findPlatform(name: PlatformName): Platform {
  return PLATFORMS[name];
}

const FORMATS: Readonly<Record<ArtifactFormatName, ArtifactFormat>> = { raw: RAW, cms: CMS, ctrlx: CTRLX_APP, mender: MENDER_ARTIFACT, rollouts: ROLLOUTS_REPORT };

export function findFormat(name: ArtifactFormatName): ArtifactFormat {
  return FORMATS[name];
}

const REQUEST_RULES: Readonly<Record<RequestPlatformName, (facts: OwnRequestFacts) => readonly Acceptance[]>> = { ctrlx: judgeOemRequest };

/** What the CA of a platform will look at in a request by a key of ours. */
export function judgeOwnRequest(name: RequestPlatformName, facts: OwnRequestFacts): readonly Acceptance[] {
  return REQUEST_RULES[name](facts);
}
