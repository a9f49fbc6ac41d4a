import { messageOf } from "../server/failure";
import type { Fault } from "./soap";

/** vCenter answered with a fault. */
export class VcenterFault extends Error {
  constructor(
    readonly server: string,
    readonly method: string,
    readonly fault: Fault,
    message: string,
  ) {
    super(message);
    this.name = "VcenterFault";
  }
}

/** Words for a fault of vCenter. */
export function faultOf(server: string, user: string, method: string, fault: Fault): VcenterFault {
  const say = (text: string) =>
    new VcenterFault(server, method, fault, `vCenter ${server}: ${text}`);
  switch (fault.name) {
    case "InvalidLogin":
      return say(
        `user ${user} is refused: wrong user name or password (names are like name@vsphere.local)`,
      );
    case "NoPermission":
      return say(
        `user ${user} may not do ${method}: ${fault.text}; give it a role with this privilege (docs list what is needed)`,
      );
    case "NotAuthenticated":
      return say("the session has ended");
    default:
      return say(`${method} failed: ${fault.text === "" ? fault.name : fault.text}`);
  }
}

/** Words for what goes wrong before vCenter answers. */
export function unreachable(server: string, error: unknown): Error {
  const code =
    typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const say = (text: string) => new Error(`vCenter ${server}: ${text}`);
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return say("the name cannot be resolved: check vsphere:vsphereServer and the name server");
    case "ECONNREFUSED":
      return say("the connection is refused: check vsphere:vsphereServer (host or host:port)");
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return say(
        "no answer: check vsphere:vsphereServer, routes and firewalls between here and vCenter",
      );
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return say(
        `its certificate is for another name (${messageOf(error)}): use a name of the certificate as vsphere:vsphereServer`,
      );
    case "CERT_HAS_EXPIRED":
      return say("its certificate has expired: renew it in vCenter");
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return say(
        `its certificate is not trusted (${messageOf(error)}): name its certificate authority in NODE_EXTRA_CA_CERTS ` +
          `(vCenter offers it at https://${server}/certs/download.zip), or in a lab set vsphere:allowUnverifiedSsl`,
      );
    case "ECONNRESET":
      return say("the connection was cut in the middle of a call");
    case "EPROTO":
      return say("it does not speak HTTPS: check vsphere:vsphereServer and its port");
    default:
      return say(messageOf(error));
  }
}
