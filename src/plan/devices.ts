/** Devices whose name is the serial number of their certificate: no two of one name, in this ceremony or before it [FOUNDRIES-DEVICE]. */
import type { ControlId } from "../controls.ts";
import type { ScriptPath } from "../fault.ts";
import { uuidOf } from "../platforms/foundries/device.ts";
import type { Register } from "../transcript/register.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import { requestFinding, type RequestFinding } from "../x509/request-finding.ts";
import type { Profile } from "./profile.ts";
import { registeredName } from "./renewal.ts";
import type { Resolving } from "./resolving.ts";

/** What the intake judges in the name of platforms, besides what it judges of every request. */
export function platformControls(profile: Profile): readonly ControlId[] {
  if (profile.serial === "uuid") return ["FOUNDRIES-FACTORY", "FOUNDRIES-DEVICE"];
  return profile.name.startsWith("foundries/") ? ["FOUNDRIES-FACTORY"] : [];
}

/** A device that has a certificate already; the request is not entered by this. */
export function twinFindings({ devices }: Resolving, profile: Profile, { subject }: CertificationRequest, path: ScriptPath): RequestFinding[] {
  const uuid = profile.serial === "uuid" ? uuidOf(subject) : null;
  const twin = uuid === null ? undefined : devices.get(uuid);
  if (twin === undefined) return [];
  return [requestFinding({ code: "request-device-known", message: `expected a device without a certificate, found ${uuid ?? ""}, which is ${twin}; the platform answers a second registration with 409`, hint: "one serial number stands in one certificate: give the device another UUID, or let it renew its certificate over EST" }, path)];
}

/** Enters the device of a request that was accepted. */
export function enterDevice({ devices }: Resolving, profile: Profile, { subject }: CertificationRequest, certificate: string): void {
  const uuid = profile.serial === "uuid" ? uuidOf(subject) : null;
  if (uuid !== null) devices.set(uuid, certificate);
}

/** The devices of the register by their UUIDs, from subjects as it prints them: those of folders have no certificate in it. */
export function registeredDevices(register: Register | null): Map<string, string> {
  return new Map((register?.certificates ?? []).flatMap(({ name, profile, subject }) => {
    const uuid = profile.startsWith("foundries/device-client@") ? /CN=([0-9a-f-]{36})/i.exec(subject)?.[1] : undefined;
    return uuid === undefined ? [] : [[uuid.toLowerCase(), registeredName(name)] as const];
  }));
}
