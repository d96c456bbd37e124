/** What a first script does, by platform: steps that need no file of others, and, as remarks, those that do. */

/** A first ceremony of a platform. */
export interface Beginning {
  /** For who has to choose. */
  readonly says: string;
  /** Token by name, and the keys on it. */
  readonly tokens: Readonly<Record<string, readonly string[]>>;
  /** Lines below `steps:`. `<O>` is the organization, `<FACTORY>` the factory, `<ADDRESS>` a host name; each is written as YAML needs it. */
  readonly steps: string;
  /** What is asked besides: names of placeholders. */
  readonly asks: readonly Asked[];
}

export const ASKED = ["organization", "factory"] as const;
export type Asked = (typeof ASKED)[number];

const TRANSCRIPT = (issuer: string): string => `
  # Seals this record and those that follow; no CA.
  - issue-certificate: { certificate: transcript, key: transcript, issuer: ${issuer}, profile: private/transcript, valid: { for: P15Y } }
`;

const KEYS = (...keys: readonly (readonly [key: string, algorithm: string])[]): string =>
  keys.map(([key, algorithm]) => `  - generate-key-pair: { key: ${key}, token: vault, algorithm: ${algorithm}, backup: none }\n`).join("");

const SUBORDINATE = (profile: string, common: string, more = ""): string => `
  - issue-certificate:
      certificate: issuing-ca
      key: issuing
      issuer: root-ca
      profile: ${profile}
      subject: { O: <O>, CN: <O ${common}> }
${more}      valid: { for: P10Y }
`;

const ROOT = (profile: string, common: string): string => `
  - issue-root:
      certificate: root-ca
      key: root
      profile: ${profile}
      subject: { O: <O>, CN: <O ${common}> }
      valid: { for: P20Y }
`;

const CLOSE = (of: string): string => `
  - acknowledge: { by: [<WITNESS>], of: [${of}] }
  - close: { transcript-key: transcript }
`;

export const BEGINNINGS: Readonly<Record<string, Beginning>> = {
  plain: {
    says: "a private hierarchy: a root CA, an issuing CA, their CRLs, and a PEM bundle",
    tokens: { vault: ["root", "issuing", "transcript"] },
    asks: ["organization"],
    steps: `${KEYS(["root", "ecdsa-p384"], ["issuing", "ecdsa-p384"], ["transcript", "ecdsa-p384"])}${ROOT("private/root", "Root CA")}${TRANSCRIPT("root-ca")}${SUBORDINATE("private/subordinate", "Issuing CA", "      path-length: 0                        # no CA below it\n")}
  # A request of somebody else's key, as a file below this folder:
  # - sign-request: { request: requests/app.csr, certificate: app, issuer: issuing-ca, profile: private/code-signing, valid: { for: P5Y } }

  - issue-crl: { crl: root-crl,    issuer: root-ca,    valid: { for: P1Y } }
  - issue-crl: { crl: issuing-crl, issuer: issuing-ca, valid: { for: P30D } }
  - export-bundle: { bundle: trust, platform: pem, certificates: [root-ca, issuing-ca], crls: [root-crl, issuing-crl] }
${CLOSE("root-ca, issuing-ca")}`,
  },
  foundries: {
    says: "the root of a Foundries.io Factory, and a device CA whose key stays in the token",
    tokens: { vault: ["factory-root", "line", "transcript"] },
    asks: ["factory"],
    steps: `${KEYS(["factory-root", "ecdsa-p256"], ["line", "ecdsa-p256"], ["transcript", "ecdsa-p384"])}
  - issue-root: { certificate: factory-ca, key: factory-root, profile: foundries/root, factory: <FACTORY>, valid: { for: P20Y }, crl: on-event }
${TRANSCRIPT("factory-ca")}
  - issue-certificate:
      certificate: line-ca
      key: line
      issuer: factory-ca
      profile: foundries/device-ca
      subject: { CN: fio-0123456789abcdef01234567, OU: <FACTORY> }   # the CN names the user of the platform to whom devices will belong
      valid: { for: P10Y }

  # What the platform returns as requests goes into requests/, and its bundle then has them:
  # - sign-request: { request: requests/tls.csr, certificate: tls-crt, issuer: factory-ca, profile: foundries/tls, valid: { for: P10Y } }
  # - sign-request: { request: requests/online-ca.csr, certificate: online-ca, issuer: factory-ca, profile: foundries/device-ca, valid: { for: P10Y } }
  # - export-bundle: { platform: foundries, root: factory-ca, tls: tls-crt, device-cas: [online-ca, line-ca] }
${CLOSE("factory-ca, line-ca")}`,
  },
  iox: {
    says: "signed packages on Cisco IOx: a root and an issuing CA, RSA, with their CRLs",
    tokens: { vault: ["root", "issuing", "transcript"] },
    asks: ["organization"],
    steps: `${KEYS(["root", "rsa-3072"], ["issuing", "rsa-3072"], ["transcript", "ecdsa-p384"])}${ROOT("iox/root", "IOx Root CA")}${TRANSCRIPT("root-ca")}${SUBORDINATE("iox/intermediate", "IOx Issuing CA")}
  # Long lists: a device may refuse every package once a list has ended.
  - issue-crl: { crl: root-crl,    issuer: root-ca,    valid: { for: P3Y } }
  - issue-crl: { crl: issuing-crl, issuer: issuing-ca, valid: { for: P3Y } }

  # The request of an application, and then the trust anchor that devices import:
  # - sign-request: { request: requests/app.csr, certificate: app, issuer: issuing-ca, profile: iox/app, valid: { for: P5Y } }
  # - export-bundle: { bundle: anchor, platform: iox, chain: [issuing-ca, root-ca], apps: [app], crls: [issuing-crl, root-crl], info: IOx app CA, version: v1 }
${CLOSE("root-ca, issuing-ca")}`,
  },
  ctrlx: {
    says: "an OEM of apps for Bosch Rexroth ctrlX OS: a key in the token, and its request for Bosch Rexroth",
    tokens: { vault: ["root", "oem", "transcript"] },
    asks: ["organization"],
    steps: `${KEYS(["root", "ecdsa-p256"], ["transcript", "ecdsa-p384"])}  - generate-key-pair: { key: oem, token: vault, algorithm: ecdsa-p256, signature: ecdsa-sha384, backup: none }   # as apps are signed

  # Goes to Bosch Rexroth with the contract. What comes back is for a later ceremony: docs/platforms/ctrlx.md.
  - create-request: { request: oem-request, key: oem, subject: { O: <O> }, for: ctrlx }

  # Own trust: whether a device takes what is below it is unknown.
${ROOT("ctrlx/root", "Apps Root").slice(1)}${TRANSCRIPT("root-ca")}
${CLOSE("root-ca").slice(1)}`,
  },
  mender: {
    says: "a signing server for Mender: a root, a CA for services, and the worker's RSA key",
    tokens: { vault: ["root", "issuing", "mender-worker", "transcript"] },
    asks: ["organization"],
    steps: `${KEYS(["root", "ecdsa-p384"], ["issuing", "ecdsa-p256"], ["mender-worker", "rsa-3072"], ["transcript", "ecdsa-p384"])}${ROOT("mender/root", "Signing Root")}${TRANSCRIPT("root-ca")}${SUBORDINATE("mender/subordinate", "Signing Services", "      path-length: 0                        # no CA below it\n")}
  # When it ends the worker refuses to sign, so it is long.
  - issue-certificate: { certificate: worker, key: mender-worker, issuer: issuing-ca, profile: mender/worker, subject: { O: <O>, CN: <O Mender Worker> }, valid: { for: P9Y } }

  # TLS for the server and for the desk that signs, and then the bundle:
  # - sign-request: { request: requests/client.csr, certificate: client, issuer: issuing-ca, profile: mender/tls-client, valid: { for: P2Y } }
  # - sign-request: { request: requests/server.csr, certificate: server, issuer: issuing-ca, profile: mender/tls-server, valid: { for: P2Y } }
  # - export-bundle: { platform: mender, root: root-ca, chain: [issuing-ca], worker: worker, client: client, server: server, host: signserver.example.test, key-alias: mender-worker }
${CLOSE("root-ca, issuing-ca, worker")}`,
  },
  rollouts: {
    says: "signed reports for Bosch IoT Rollouts: a root, an intermediate, and a gateway whose key is in the token",
    tokens: { vault: ["reports-root", "reports-intermediate", "reports-gateway", "transcript"] },
    asks: ["organization"],
    steps: `${KEYS(["reports-root", "ecdsa-p256"], ["reports-intermediate", "ecdsa-p256"], ["reports-gateway", "ecdsa-p256"], ["transcript", "ecdsa-p384"])}
  - issue-root: { certificate: root-ca, key: reports-root, profile: rollouts/root, subject: { CN: <O Reports Root CA> }, valid: { for: P20Y } }
${TRANSCRIPT("root-ca")}
  - issue-certificate:
      certificate: intermediate-ca
      key: reports-intermediate
      issuer: root-ca
      profile: rollouts/intermediate
      subject: { CN: <O Reports Intermediate CA> }
      path-length: 0                        # no CA below it
      valid: { for: P10Y }

  - issue-certificate: { certificate: gateway, key: reports-gateway, issuer: intermediate-ca, profile: rollouts/gateway, subject: { CN: <O Gateway 1> }, valid: { for: P1Y } }

  # The root becomes the trust anchor. \`current: FILE\` names the fingerprints that are configured already.
  - export-bundle: { platform: rollouts, anchor: root-ca, chain: [intermediate-ca, root-ca], gateways: [gateway] }
${CLOSE("root-ca, intermediate-ca, gateway")}`,
  },
};
