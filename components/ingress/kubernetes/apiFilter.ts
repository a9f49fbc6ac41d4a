import { filterPort, namespace } from "./names";

/** Where a pod finds the authority that the API server's certificate is signed by. */
const authority = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/**
 * HAProxy's configuration: the part of the Kubernetes API that Traefik's Ingress provider watches, beside it in its pod.
 *
 * That provider wants the Secrets of all namespaces, for certificates that applications might name, and does not start
 * without; its usual role would open all of them to whoever takes over what meets the network. Here the certificate is
 * the ingress' own. So Traefik's role has no such right, and where it asks for Secrets it gets those of its own namespace,
 * in which there is only its own. It is the role that keeps the rest out; the filter only makes both fit.
 *
 * A watch says something at least once a minute. One that says nothing for longer has lost its API server.
 */
export function filterConfiguration(): string {
  return `global
  maxconn 64
  log stdout format raw local0 warning

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  option srvtcpka
  srvtcpka-idle 10s
  srvtcpka-intvl 5s
  srvtcpka-cnt 3
  timeout connect 2s
  timeout client 150s
  timeout server 150s
  timeout http-request 5s

listen questions
  bind 127.0.0.1:${filterPort}
  acl secrets path /api/v1/secrets
  acl objects path /api/v1/services /api/v1/nodes
  acl objects path /apis/discovery.k8s.io/v1/endpointslices
  acl objects path /apis/networking.k8s.io/v1/ingresses /apis/networking.k8s.io/v1/ingressclasses
  http-request deny unless METH_GET secrets or METH_GET objects
  http-request set-path /api/v1/namespaces/${namespace}/secrets if secrets
  server api "\${KUBERNETES_SERVICE_HOST}:\${KUBERNETES_SERVICE_PORT}" ssl verify required ca-file ${authority} verifyhost kubernetes.default.svc
`;
}
