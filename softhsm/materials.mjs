// What the ceremonies sign or ask for besides requests: stand-ins that nobody can take for real ones.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { menderArtifact } from "./mender-artifact.mjs";

const INTERFACES = `plugs:
  # Opens the port of the fieldbus gateway while a recipe runs.
  firewall-control:
slots:
  # Mounts the images of recipes.
  loop-devices-slot:
    interface: custom-device
    custom-device: loop-devices
`;

/** By ceremony, then by path. A snap begins with the magic of SquashFS; the rest of these two is text. */
const MATERIALS = {
  mender: {
    "artifacts/release.mender": menderArtifact({ name: "release-1", devices: ["beaglebone"], type: "script", file: "hello.sh", content: "#!/bin/sh\necho hello\n" }),
  },
  ctrlx: {
    "requests/mockcorp-my-app.interfaces": INTERFACES,
    "snaps/mockcorp-my-app_1.4.3_amd64.snap": `hsqs${"stand-in for a snap, amd64\n".repeat(200)}`,
    "snaps/mockcorp-my-app_1.4.3_arm64.snap": `hsqs${"stand-in for a snap, arm64\n".repeat(300)}`,
  },
};

/**
 * Makes the files of a ceremony below its folder; an unknown ceremony has none.
 * @param {string} ceremony
 * @param {string} folder
 */
export function makeMaterials(ceremony, folder) {
  for (const [path, text] of Object.entries(MATERIALS[ceremony] ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
