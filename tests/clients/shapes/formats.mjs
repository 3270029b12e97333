// What a declaration's comment asks of a value: @format, @minLength, @maxLength, @minSize, @maxSize, @min, @max.
// Wix's packages have these tags; a format that is not in the table below is an error, so that none is passed over.
const FORMATS = {
  COUNTRY: /^[A-Z]{2}$/,
  CURRENCY: /^[A-Z]{3}$/,
  DECIMAL_VALUE: /^-?\d+(\.\d+)?$/,
  EMAIL: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  GUID: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  HOSTNAME: /^[\w.-]+$/,
  LANGUAGE_TAG: /^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/,
  PHONE: /^\+?[\d\s()./-]+$/,
  WEB_URL: /^https?:\/\/\S+$/,
};
// The tag, what it measures, and whether the measure is within the tag's number.
const LIMITS = {
  max: ["number", (value) => value, (value, limit) => value <= limit],
  maxLength: ["string", (value) => [...value].length, (value, limit) => value <= limit],
  maxSize: ["array", (value) => value.length, (value, limit) => value <= limit],
  min: ["number", (value) => value, (value, limit) => value >= limit],
  minLength: ["string", (value) => [...value].length, (value, limit) => value >= limit],
  minSize: ["array", (value) => value.length, (value, limit) => value >= limit],
};
const kindOf = (value) => (Array.isArray(value) ? "array" : typeof value);

const tagsOf = (symbol) =>
  symbol.getJsDocTags().map(({ name, text }) => [name, (text ?? []).map((part) => part.text).join("").trim()]);

export const Formats = {
  faults(value, symbol) {
    const faults = [];
    for (const [name, text] of tagsOf(symbol)) {
      if (name === "format") {
        faults.push(...formatFaults(value, text.split(/\s/)[0]));
      } else if (LIMITS[name]) {
        const [kind, measure, isWithin] = LIMITS[name];
        if (kindOf(value) === kind && !isWithin(measure(value), Number(text.split(/\s/)[0]))) {
          faults.push(`measures ${measure(value)}, declared @${name} ${text}`);
        }
      }
    }
    return faults;
  },

  // Announced for removal, or in no documentation.
  isOutdated(symbol) {
    return symbol.getJsDocTags().some(({ name }) => ["deprecated", "hidden", "internal"].includes(name));
  },
};

function formatFaults(value, format) {
  if (!FORMATS[format]) {
    return [`has a format that is not known here: ${format}`];
  }
  // A list's format is that of its items.
  const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === "string");
  return texts.filter((text) => !FORMATS[format].test(text)).map((text) => `${JSON.stringify(text)} is no ${format}`);
}
