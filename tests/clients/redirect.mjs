// Loaded before everything else: what is meant for Wix's API goes to the stand-in, and nothing goes anywhere else.
const standIn = process.env.STAND_IN;
const fetchAnywhere = globalThis.fetch;

globalThis.fetch = (target, options) => {
  const url = new URL(target instanceof Request ? target.url : target);
  if (url.origin !== "https://www.wixapis.com") {
    throw new Error(`${url.origin} is not Wix's API`);
  }
  const moved = new URL(url.pathname + url.search, standIn);
  return fetchAnywhere(target instanceof Request ? new Request(moved, target) : moved, options);
};
