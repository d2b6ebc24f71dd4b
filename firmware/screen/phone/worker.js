// Opens the page while the hub is away: the page and its modules, all of one version, from the browser's own cache.
//
// The hub writes `self.RONDE = {version, files}` before this; another version makes the browser install it anew. Browsers
// run it only where they trust the hub's certificate.

const { version, files } = self.RONDE;
const CACHE = `ronde-phone-${version}`;

self.addEventListener("install", (event) => {
  const wanted = files.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("ronde-phone-") && name !== CACHE;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const address = new URL(event.request.url);
  if (files.includes(address.pathname)) event.respondWith(kept(event.request, address.pathname));
});

async function kept(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
