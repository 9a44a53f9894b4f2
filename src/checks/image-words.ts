import { isReference, isRegistry, partsOf } from '../core/image-reference.ts';

/** Whether a word in whatever text is an image: by its registry, by its digest, or by what looks like a version. */
export function isImageWord(word: string): boolean {
  if (!isReference(word)) return false;
  const { digest, repository, tag } = partsOf(word);
  if (digest !== undefined) return true;
  const [first = '', ...rest] = repository.split('/');
  if (rest.length > 0 && isRegistry(first)) {
    return tag !== undefined || PUBLIC.test(first) || REGISTRY_HOST.test(first);
  }
  if (tag === undefined) return false;
  return rest.length > 0 ? isBelow(rest.at(-1) ?? '', tag) : isShort(repository, tag);
}

/** What is there is an image, with or without a version. */
const PUBLIC =
  /^(docker\.io|quay\.io|ghcr\.io|nvcr\.io|lscr\.io|cgr\.dev|(.+\.)?gcr\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com|.+\.azurecr\.io|.+\.pkg\.dev|.+\.dkr\.ecr\..+\.amazonaws\.com|registry\.gitlab\.com|docker\.elastic\.co)$/;

/** A host that says what it is: `registry.internal`, `harbor.example.com:5000`. */
const REGISTRY_HOST =
  /(?:^|\.)(?![a-z0-9-]*schema-)(?:[a-z0-9-]+-)?(?:registry|harbor|docker|quay|ghcr|gcr|ecr|acr|cr|artifactory|jfrog|nexus)(?=[.:]|$)/;

const FILE = /\.[a-z]{1,4}$/;
const AMOUNT = /^\d+(?:\.\d+)?(?:ms|[smhdw]|[kmgt]i?b?)$/;
/** The number behind a host; as a version it would be odd. */
const PORT = /^(?:2[1235]|53|[89]\d|\d{3,5})$/;

/** `shop/web:1`, and not `<namespace>/<service>:<port>` or a line of a file. */
function isBelow(name: string, tag: string): boolean {
  if (FILE.test(name) || AMOUNT.test(tag) || PORT.test(tag)) return false;
  return /\d|^latest$/.test(tag);
}

/** What people pull from Docker Hub by a name alone: here `redis:7` is a version, and so is `debian:bookworm`. */
const OFFICIAL = new Set(
  'alpine amazonlinux bash busybox caddy cassandra consul debian docker elasticsearch fedora golang gradle haproxy httpd influxdb kibana logstash mariadb maven memcached mongo mysql nats neo4j nginx node openjdk perl php postgres python rabbitmq redis registry ruby rust solr sonarqube telegraf tomcat traefik ubuntu valkey vault wordpress zookeeper'.split(
    ' ',
  ),
);
const OFFICIAL_TAG =
  /^(?:v?[1-7]?\d|(?:stable|mainline|edge|lts|slim|alpine|bullseye|bookworm|trixie|focal|jammy|noble)\b.*)$/;

/** `1.25`, `v1.31`, `7.2.0-v14`, `3.13.0rc1`, `17-jre`. */
const VERSION = /^v?\d+(?:(?:\.\d+)+(?:(?:[._+-]|a|b|rc)[\w.-]*)?|-[a-z][\w.-]*)$/;
const NO_VERSION = /^(?:0\.\d+|\d+(?:\.\d+){3})$/; // a fraction, an address
const NO_NAME =
  /^(?:[^a-z]*|.|api|boost|chart|cpu|factor|https?|mem|memory|protocol|rate|ratio|release|schema|score|spec|ssl|tag|tls|version|weight)$/;

function isShort(name: string, tag: string): boolean {
  if (/^latest(?:-|$)/.test(tag)) return true;
  if (OFFICIAL.has(name) && OFFICIAL_TAG.test(tag)) return true;
  return VERSION.test(tag) && !NO_VERSION.test(tag) && !NO_NAME.test(name);
}
