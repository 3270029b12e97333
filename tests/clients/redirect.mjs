// Loaded before everything else: what is meant for Wix's API goes to the sandbox, and nothing goes anywhere else.
const sandbox = process.env.SANDBOX_URL;
const fetchAnywhere = globalThis.fetch;

globalThis.fetch = (target, options) => {
  const url = new URL(target instanceof Request ? target.url : target);
  if (url.origin !== "https://www.wixapis.com") {
    throw new Error(`${url.origin} is not Wix's API`);
  }
  const moved = new URL(url.pathname + url.search, sandbox);
  return fetchAnywhere(target instanceof Request ? new Request(moved, target) : moved, options);
};
