import assert from "node:assert/strict";
import path from "node:path";
import { homedir } from "node:os";
import { describe, test } from "node:test";
import { assertHas, load, service } from "./project";

describe("short and long forms of a service become one canonical form", () => {
  const cases: readonly [title: string, written: string, canonical: string][] = [
    ["a command of one text", "command: run -v 'a b'", "command: [run, -v, a b]"],
    ["no command", "user: '1'", "{ command: null, entrypoint: null }"],
    ["an empty command", "command: []", "command: []"],
    [
      "an environment as a list",
      "environment: [A=1, B=, C=x=y]",
      'environment: { A: "1", B: "", C: x=y }',
    ],
    [
      "an environment as a mapping",
      "environment: { A: 1, B: true, C: 1.50 }",
      'environment: { A: "1", B: "true", C: "1.5" }',
    ],
    [
      "a large number",
      "environment: { A: 12345678901234567890 }",
      'environment: { A: "12345678901234567890" }',
    ],
    ["labels as a list", "labels: [a=1, b]", 'labels: { a: "1", b: "" }'],
    ["labels without value", "labels: { a: }", 'labels: { a: "" }'],
    ["dns as one text", "dns: 10.0.0.1", "dns: [10.0.0.1]"],
    ["tmpfs as one text", "tmpfs: /tmp", "tmpfs: [/tmp]"],
    ["expose with numbers", "expose: [80, '90/udp']", "expose: ['80', 90/udp]"],
    ["groups with numbers", "group_add: [audio, 44]", "group_add: [audio, '44']"],
    [
      "a health test of one text",
      "healthcheck: { test: curl x }",
      "healthcheck: { test: [CMD-SHELL, curl x] }",
    ],
    ["durations", "stop_grace_period: 90s", "stop_grace_period: 1m30s"],
    [
      "sizes",
      "mem_limit: 64M\nshm_size: 1gb\nmem_reservation: 1024",
      "{ mem_limit: '67108864', shm_size: '1073741824', mem_reservation: '1024' }",
    ],
    ["a size with a fraction", "mem_limit: 1.5k", "mem_limit: '1536'"],
    [
      "numbers in quotes",
      "cpus: '0.5'\npids_limit: '10'\nscale: '2'",
      "{ cpus: 0.5, pids_limit: 10, scale: 2 }",
    ],
    [
      "truth values in quotes",
      "init: 'false'\nprivileged: 'true'",
      "{ init: false, privileged: true }",
    ],
    [
      "a false value that means nothing",
      "privileged: false\ntty: false\ninit: false",
      "{ privileged: null, tty: null, init: false }",
    ],
    [
      "zeros that mean something",
      "scale: 0\nhealthcheck: { retries: 0, interval: 0s }",
      "{ scale: 0, healthcheck: { retries: 0, interval: 0s } }",
    ],
    [
      "ulimits",
      "ulimits: { nproc: '10', nofile: { soft: 1, hard: '2' } }",
      "ulimits: { nproc: 10, nofile: { soft: 1, hard: 2 } }",
    ],
    [
      "extra hosts as a list",
      "extra_hosts: ['b:10.0.0.2', 'a=10.0.0.1', 'c=[::1]', 'd:::1']",
      "extra_hosts: [a=10.0.0.1, b=10.0.0.2, 'c=::1', 'd=::1']",
    ],
    [
      "extra hosts as a mapping",
      "extra_hosts: { a: [10.0.0.1, 10.0.0.2] }",
      "extra_hosts: [a=10.0.0.1, a=10.0.0.2]",
    ],
    [
      "devices",
      "devices: ['/dev/a', '/dev/a:/dev/b:r']",
      "devices: [{ source: /dev/a, target: /dev/a, permissions: rwm }, { source: /dev/a, target: /dev/b, permissions: r }]",
    ],
    ["gpus", "gpus: all", "gpus: [{ count: -1 }]"],
    ["deploy", "deploy: {}", "deploy: { placement: {}, resources: {} }"],
    [
      "old replicas",
      "scale: 3\ndeploy: {}",
      "deploy: { placement: {}, resources: {}, replicas: 3 }",
    ],
    [
      "no delay",
      "deploy: { update_config: { delay: 0s, parallelism: 0 } }",
      "deploy: { placement: {}, resources: {}, update_config: { parallelism: 0 } }",
    ],
    ["a pull policy", "pull_policy: if_not_present", "pull_policy: missing"],
    ["no network", "user: '1'", "networks: { default: null }"],
    ["a network mode", "network_mode: host", "networks: null"],
    ["an extension", "x-own: { a: [1, 0, false] }", "x-own: { a: [1, 0, false] }"],
  ];
  for (const [title, written, canonical] of cases) {
    test(title, () => {
      assertHas(service(written), canonical);
    });
  }
});

describe("ports", () => {
  const cases: readonly [written: string, canonical: string][] = [
    ["80", "[{ target: 80, protocol: tcp }]"],
    ["'8080:80'", "[{ target: 80, published: '8080', protocol: tcp }]"],
    [
      "'127.0.0.1:53:53/UDP'",
      "[{ target: 53, published: '53', protocol: udp, host_ip: 127.0.0.1 }]",
    ],
    ["'[::1]:80:80'", "[{ target: 80, published: '80', protocol: tcp, host_ip: '::1' }]"],
    ["'::1:80:80'", "[{ target: 80, published: '80', protocol: tcp, host_ip: '::1' }]"],
    ["'127.0.0.1::80'", "[{ target: 80, protocol: tcp, host_ip: 127.0.0.1 }]"],
    [
      "'8000-8001:90-91'",
      "[{ target: 90, published: '8000', protocol: tcp }, { target: 91, published: '8001', protocol: tcp }]",
    ],
    ["'8000-8010:80'", "[{ target: 80, published: 8000-8010, protocol: tcp }]"],
    ["{ target: '80', published: 8080 }", "[{ target: 80, published: '8080', protocol: tcp }]"],
  ];
  for (const [written, canonical] of cases) {
    test(written, () => {
      const { ports } = service(`ports: [${written}]`);
      const shown = (ports as { mode: string }[]).map(({ mode, ...port }) => {
        assert.equal(mode, "ingress");
        return port;
      });
      assertHas({ shown }, `shown: ${canonical}`);
    });
  }
});

describe("mounts", () => {
  const cases: readonly [written: string, canonical: string][] = [
    ["data:/data", "{ type: volume, source: data, target: /data, volume: {} }"],
    ["/data", "{ type: volume, target: /data, volume: {} }"],
    [
      "data:/data/:ro,nocopy",
      "{ type: volume, source: data, target: /data, read_only: true, volume: { nocopy: true } }",
    ],
    [
      "/etc/x:/x:rslave,z",
      "{ type: bind, source: /etc/x, target: /x, bind: { create_host_path: true, propagation: rslave, selinux: z } }",
    ],
    [
      "C:\\x:D:\\y",
      "{ type: bind, source: 'C:\\x', target: 'D:\\y', bind: { create_host_path: true } }",
    ],
  ];
  for (const [written, canonical] of cases) {
    test(written, () => {
      const [mount] = service(`volumes: ['${written}']`, "volumes: { data: }").volumes as unknown[];
      assertHas({ mount }, `mount: ${canonical}`);
    });
  }

  test("relative paths start from the project folder, and ~ is the home", () => {
    const { volumes } = service("volumes: ['./a:/a', '~/b:/b']") as {
      volumes: { source: string }[];
    };
    assert.match(volumes[0]?.source ?? "", /\/project\d+\/a$/);
    assert.equal(volumes[1]?.source, path.join(homedir(), "b"));
  });
});

describe("configs and secrets", () => {
  const sections = "configs: { app: { content: x } }\nsecrets: { key: { environment: KEY } }";

  test("a name is a mount of it; secrets have a place of their own", () => {
    const mounts = service("configs: [app]\nsecrets: [key]", sections);
    assertHas(
      mounts,
      "{ configs: [{ source: app }], secrets: [{ source: key, target: /run/secrets/key }] }",
    );
  });

  for (const [written, mode] of [
    ["0440", "0440"],
    ["'0440'", "0440"],
    ["0o400", "0400"],
    ["288", "0440"],
  ] as const) {
    test(`mode ${written} is ${mode}`, () => {
      const mounts = service(`configs: [{ source: app, mode: ${written} }]`, sections);
      assertHas(mounts, `configs: [{ source: app, mode: '${mode}' }]`);
    });
  }
});

describe("what is named elsewhere must be there first", () => {
  const sections = "  db: { image: db }";
  const cases: readonly [string, string][] = [
    ["depends_on: [db]", "{ condition: service_started, required: true }"],
    [
      "depends_on: { db: { condition: service_healthy } }",
      "{ condition: service_healthy, required: true }",
    ],
    ["links: ['db:store']", "{ condition: service_started, restart: true, required: true }"],
    ["network_mode: service:db", "{ condition: service_started, restart: true, required: true }"],
    ["volumes_from: ['db:ro']", "{ condition: service_started, required: true }"],
  ];
  for (const [written, dependency] of cases) {
    test(written, () => {
      assertHas(service(written, sections), `depends_on: { db: ${dependency} }`);
    });
  }
});

describe("networks, volumes, configs and secrets get their names", () => {
  const file = `
services: { web: { image: shop, networks: [back], volumes: ['data:/data'] } }
networks: { back: { driver_opts: { a: 1 } }, out: { external: true }, named: { name: own } }
volumes: { data: , out: { external: { name: theirs } } }
secrets: { key: { environment: KEY } }
`;
  const { project, warnings } = load({ "stack.yml": file });

  test("that of the project and their own", () => {
    assertHas(
      project,
      `
networks:
  back: { name: shop_back, driver_opts: { a: "1" }, ipam: {} }
  out: { name: out, external: true, ipam: {} }
  named: { name: own, ipam: {} }
volumes: { data: { name: shop_data }, out: { name: theirs, external: true } }
secrets: { key: { name: shop_key, environment: KEY } }`,
    );
  });

  test("the old form of an external name is a warning", () => {
    assert.deepEqual(
      warnings.map(({ path: at }) => at),
      ["volumes.out.external"],
    );
  });

  test("the default network is there only where it is used", () => {
    assert.equal(project.networks?.default, undefined);
    const other = load({ "stack.yml": "services: { web: { image: shop } }" }).project;
    assertHas(other, "networks: { default: { name: shop_default, ipam: {} } }");
  });
});
