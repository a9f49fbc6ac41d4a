import { stringify } from "yaml";
import type { AlertRouteSpec, MailServerSpec, MonitoringSpec, ReceiverSpec } from "../spec";
import { watchdog } from "./rules";

/** What no file says: passwords and secret URLs, by receiver. */
export interface MonitoringSecrets {
  /** Of the user at the mail server. */
  readonly mail?: string;
  readonly webhookPasswords: Readonly<Record<string, string>>;
  readonly webhookUrls: Readonly<Record<string, string>>;
}

type Settings = Pick<
  MonitoringSpec,
  "mail" | "receivers" | "defaultReceiver" | "routes" | "deadManSwitch"
>;

/** Who gets what nobody wants to have. */
const nobody = "slipway.nobody";

/** What belongs together is told together, and soon; what is still so is said again after four hours. */
const pace = { group_wait: "15s", group_interval: "1m", repeat_interval: "4h" } as const;

/**
 * Alertmanager's configuration. It holds what receivers are to be shown, and so is a secret as a whole.
 *
 * @throws where a secret is missing: who calls has looked.
 */
export function alertmanagerConfiguration(settings: Settings, secrets: MonitoringSecrets): string {
  const { mail, receivers, defaultReceiver = nobody, routes, deadManSwitch } = settings;
  return stringify(
    {
      global: { resolve_timeout: "5m", ...(mail !== undefined && mailServer(mail, secrets)) },
      route: {
        receiver: defaultReceiver,
        group_by: ["alertname", "owner", "application", "node"],
        ...pace,
        routes: [
          {
            receiver: deadManSwitch?.receiver ?? nobody,
            matchers: [`alertname="${watchdog}"`],
            group_wait: "0s",
            ...(deadManSwitch !== undefined && {
              // Alertmanager looks at a group once an interval, and says it again where the second one has passed.
              group_interval: `${deadManSwitch.intervalSeconds}s`,
              repeat_interval: `${Math.max(1, deadManSwitch.intervalSeconds - 5)}s`,
            }),
          },
          ...routes.map(routeTo),
        ],
      },
      inhibit_rules: inhibitions,
      receivers: [
        { name: nobody },
        ...Object.entries(receivers).map(([name, each]) => ({
          name,
          ...receiverOf(name, each, secrets),
        })),
      ],
    },
    { lineWidth: 0 },
  );
}

/** What follows from something that is told already is not told as well. */
const inhibitions = [
  {
    source_matchers: ['alertname="NodeDown"'],
    target_matchers: [
      'alertname=~"TargetDown|DiskAlmostFull|DiskFilling|MemoryPressure|ClockSkew"',
    ],
    equal: ["node"],
  },
  {
    source_matchers: ['alertname="DiskAlmostFull"'],
    target_matchers: ['alertname=~"DiskFilling|InodesAlmostUsed"'],
    equal: ["node", "mountpoint"],
  },
  {
    source_matchers: ['alertname="CrashLoop"'],
    target_matchers: ['alertname="ServiceNotAtItsReplicas"'],
    equal: ["application", "service"],
  },
  {
    source_matchers: ['alertname="CertificateExpiringNow"'],
    target_matchers: ['alertname="CertificateExpiring"'],
    equal: ["instance"],
  },
  {
    source_matchers: ['alertname="ErrorBudgetBurnsFast"'],
    target_matchers: ['alertname="ErrorBudgetBurnsSlowly"'],
    equal: ["application"],
  },
] as const;

function mailServer({ host, port, from, user, tls }: MailServerSpec, { mail }: MonitoringSecrets) {
  return {
    smtp_smarthost: `${host}:${port}`,
    smtp_from: from,
    smtp_require_tls: tls,
    ...(user !== undefined && {
      smtp_auth_username: user,
      smtp_auth_password: needed(mail, "password of the mail server"),
    }),
  };
}

function routeTo({ severity, owner, receiver, continue: goesOn }: AlertRouteSpec): object {
  return {
    receiver,
    matchers: [
      ...(severity === undefined ? [] : [`severity="${severity}"`]),
      ...(owner === undefined ? [] : [`owner=${JSON.stringify(owner)}`]),
    ],
    ...(goesOn && { continue: true }),
  };
}

function receiverOf(
  name: string,
  { mail, webhook }: ReceiverSpec,
  { webhookPasswords, webhookUrls }: MonitoringSecrets,
): object {
  const password = () => needed(webhookPasswords[name], `password of the webhook of ${name}`);
  const authentication = () => {
    switch (webhook?.authentication) {
      case "bearer":
        return { http_config: { authorization: { type: "Bearer", credentials: password() } } };
      case "basic":
        return { http_config: { basic_auth: { username: webhook.user, password: password() } } };
      case "none":
      case undefined:
        return {};
    }
  };
  return {
    ...(mail !== undefined && {
      email_configs: mail.map((to) => ({ to, send_resolved: true })),
    }),
    ...(webhook !== undefined && {
      webhook_configs: [
        {
          url: webhook.url ?? needed(webhookUrls[name], `URL of the webhook of ${name}`),
          send_resolved: true,
          ...authentication(),
        },
      ],
    }),
  };
}

function needed(secret: string | undefined, what: string): string {
  if (secret === undefined) throw new Error(`the ${what} is missing`);
  return secret;
}
