/** The platforms that bundles are made for, and the formats of what is signed for them. */
import { FOUNDRIES } from "./foundries/bundle.ts";
import { IOX } from "./iox/bundle.ts";
import type { ArtifactFormat } from "./artifact.ts";
import type { ArtifactFormatName, PlatformName } from "./parts.ts";
import { PEM } from "./pem.ts";
import { CMS, RAW } from "./plain-artifacts.ts";
import { ROLLOUTS_REPORT } from "./rollouts/artifact.ts";
import { ROLLOUTS } from "./rollouts/bundle.ts";
import type { Platform } from "./platform.ts";

const PLATFORMS: Readonly<Record<PlatformName, Platform>> = { pem: PEM, foundries: FOUNDRIES, iox: IOX, rollouts: ROLLOUTS };

export function findPlatform(name: PlatformName): Platform {
  return PLATFORMS[name];
}

const FORMATS: Readonly<Record<ArtifactFormatName, ArtifactFormat>> = { raw: RAW, cms: CMS, rollouts: ROLLOUTS_REPORT };

export function findFormat(name: ArtifactFormatName): ArtifactFormat {
  return FORMATS[name];
}
