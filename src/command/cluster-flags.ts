import { optional, path, value } from '../settings/flag.ts'
import { CLUSTER_NAME, ENGINE_URL } from '../settings/network-types.ts'

/** Flags of a run that shares its list with other machines. */
export const CLUSTER_FLAGS = [
  optional({
    usage: '--cluster <url>',
    field: 'cluster',
    group: 'Cluster',
    help: 'share the list with other machines through this Valkey or Redis (default: off)',
    type: ENGINE_URL,
  }),
  value({
    usage: '--cluster-name <name>',
    field: 'clusterName',
    group: 'Cluster',
    help: 'several clusters can use one server, each with a name',
    type: CLUSTER_NAME,
    default: 'headcount',
  }),
  optional({
    usage: '--node <name>',
    field: 'node',
    group: 'Cluster',
    help: 'what this machine is called in the cluster (default: its host name)',
    type: CLUSTER_NAME,
  }),
  optional({
    usage: '--zone <name>',
    field: 'zone',
    group: 'Cluster',
    help: 'each zone polls the whole list, and a URL is down when most of them say so (default: none)',
    type: CLUSTER_NAME,
  }),
  path({
    usage: '--cluster-auth <file>',
    field: 'clusterAuth',
    group: 'Cluster',
    help: 'a file with USER:PASSWORD, or a password alone, for the server (default: those of the URL)',
  }),
  path({
    usage: '--cluster-cacert <file>',
    field: 'clusterCacert',
    group: 'Cluster',
    help: 'trust only these certificates of the server (PEM; default: those of the system)',
  }),
  path({
    usage: '--cluster-cert <file>',
    field: 'clusterCert',
    group: 'Cluster',
    help: 'certificate of this machine for the server (PEM; default: none)',
  }),
  path({
    usage: '--cluster-key <file>',
    field: 'clusterKey',
    group: 'Cluster',
    help: 'its private key (PEM)',
  }),
] as const
