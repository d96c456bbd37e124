/** The files of a bundle for Foundries.io: the bodies of the API's requests, and certificates under the names of the vendor's tool. */
import { canonicalText } from "../../bytes/canonical.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { BundleFile, ShelfCertificate } from "../platform.ts";
import type { Upload } from "./bundle.ts";
import { deliverPage } from "./deliver.ts";
import { isLocal, issuerAmong } from "./device-ca.ts";
import { OPERATIONS, type Operation } from "./operation.ts";

/** Every file, in a fixed order. */
export function filesOf(upload: Upload): BundleFile[] {
  const texts: readonly (readonly [name: string, text: string | null])[] = [
    ...certificateFiles(upload), ["csrs.json", askingBody(upload)], ["upload.json", uploadBody(upload)], ...upload.devices.flatMap((device) => deviceFiles(upload, device)),
    ["DELIVER.md", deliverPage(upload)],
  ];
  return texts.flatMap(([name, text]) => (text === null ? [] : [{ name, bytes: toUtf8(text) }]));
}

export function pemOf({ der }: { readonly der: Uint8Array }): string {
  return toPem("CERTIFICATE", der);
}

type TextFile = readonly [name: string, text: string];

/** As the vendor's tool names them; it has one name for one local and one online CA, so that further ones are named after their certificates. */
function certificateFiles({ operation, root, tls, est, deviceCas, crl }: Upload): TextFile[] {
  const device = operation === "register-device" ? [] : deviceCas;
  const [local, online] = [device.find(isLocal), device.find((ca) => !isLocal(ca))];
  return [
    ["factory_ca.pem", pemOf(root)], ...(tls === null ? [] : [["tls-crt", pemOf(tls)] as const]), ...(est === null ? [] : [["est-tls-crt", pemOf(est)] as const]),
    ...device.map((ca): TextFile => [ca === online ? "online-crt" : ca === local ? "local-ca.pem" : `device-ca-${ca.name}.pem`, pemOf(ca)]),
    ...(crl === null ? [] : [["ca-revoke-crl.pem", toPem("X509 CRL", crl.der)] as const]),
  ];
}

/** The body of the POST by which the operation's requests are asked for; null where the platform makes none. @returns canonical JSON, without a final LF */
export function askingBody({ operation, deviceCas, est }: Upload): string | null {
  const { asks }: Operation = OPERATIONS[operation];
  if (asks === null) return null;
  const wanted = { ...asks, "ca-csr": deviceCas.some((ca) => !isLocal(ca)), "est-tls-csr": est !== null };
  return wanted["tls-csr"] || wanted["ca-csr"] || wanted["est-tls-csr"] ? canonicalText(wanted) : null;
}

/**
 * The body of the PATCH: the fields of the operation as PEM texts, and no other, so that nothing else is replaced. `ca-crt` is the
 * whole list: what the platform has, in its order, then the new ones.
 * @returns canonical JSON, without a final LF; null for devices, which have a request each
 */
export function uploadBody({ operation, root, tls, est, deviceCas, crl, current }: Upload): string | null {
  if (operation === "register-device") return null;
  const before = operation === "create" ? [] : (current?.deviceCas ?? []);
  return canonicalText({
    ...(operation === "create" ? { "root-crt": pemOf(root) } : {}), ...(tls === null ? {} : { "tls-crt": pemOf(tls) }), ...(est === null ? {} : { "est-tls-crt": pemOf(est) }),
    ...(deviceCas.length === 0 ? {} : { "ca-crt": [...before, ...deviceCas].map(pemOf).join("") }), ...(crl === null ? {} : { "ca-revoke-crl": toPem("X509 CRL", crl.der) }),
  });
}

/** What a device gets of its registration, and the body of the PUT by which the platform learns of it. */
function deviceFiles({ deviceCas }: Upload, device: ShelfCertificate): TextFile[] {
  const pem = pemOf(device);
  const issuer = issuerAmong(deviceCas, device);
  return [
    [`devices/${device.name}/client.pem`, pem], ...(issuer === undefined ? [] : [[`devices/${device.name}/client.chained`, `${pem}\n${pemOf(issuer)}`] as const]),
    [`devices/${device.name}/register.json`, canonicalText({ "client.pem": pem, name: device.name })],
  ];
}
