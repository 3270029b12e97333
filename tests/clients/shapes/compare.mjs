// Compares answers with the type declarations that a vendor publishes.
// Standard input: {"types": a TypeScript file with `export interface Answers`, "answers": {name: [answer, …]},
// "whole": [names of which every declared key must occur in some answer], "clients": [names], "dates": pattern}.
// Standard output: [{"endpoint", "path", "kind", "what"}], one entry for each difference.
// Dates: JSON has no dates, so where `Date` is declared, what travels over the network is a text of the pattern "dates".
// A client that makes dates of them has its bridge write {"$date": text}: the answers of the names in "clients".
import { readFileSync } from "node:fs";
import ts from "typescript";
import { Formats } from "./formats.mjs";
import { Promises } from "./promises.mjs";

const MAX_DEPTH = 30;
const { SymbolFlags, TypeFlags } = ts;
const ANYTHING = TypeFlags.Any | TypeFlags.Unknown;

const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const shortened = (value) => JSON.stringify(value)?.slice(0, 60) ?? "undefined";
const membersOf = (type) => (type.isUnion() ? type.types : [type]);
const isDate = (type) => type.symbol?.name === "Date" && Boolean(type.symbol.flags & SymbolFlags.Interface);

class Comparison {
  constructor(checker, { dates, isClient }) {
    this.checker = checker;
    this.dates = dates;
    this.isClient = isClient;
    this.differences = new Map();
  }

  add(path, kind, what) {
    const key = `${path}|${kind}`;
    if (!this.differences.has(key)) {
      this.differences.set(key, { path: path || ".", kind, what });
    }
  }

  compare(value, type, path = "", symbol = undefined) {
    if (type.flags & ANYTHING) {
      return;
    }
    const members = membersOf(type);
    if (value === null) {
      if (!members.some((member) => member.flags & TypeFlags.Null)) {
        this.add(path, "type", `is null, declared ${this.nameOf(type)}`);
      }
      return;
    }
    const fitting = members.filter((member) => this.fits(value, member));
    if (!fitting.length) {
      this.add(path, this.isOutside(value, members) ? "value" : "type", this.misfit(value, type, members));
      return;
    }
    for (const fault of symbol ? Formats.faults(value, symbol) : []) {
      this.add(path, "format", fault);
    }
    if (kindOf(value) === "array") {
      this.compareItems(value, fitting[0], path);
    } else if (kindOf(value) === "object" && !fitting.some(isDate)) {
      this.compareObject(value, fitting, path);
    }
  }

  // Whether the value is of the member's kind and, for a literal, its value.
  fits(value, member) {
    const kind = kindOf(value);
    if (member.flags & ANYTHING) {
      return true;
    }
    if (member.flags & TypeFlags.StringLiteral || member.flags & TypeFlags.NumberLiteral) {
      return member.value === value;
    }
    if (member.flags & TypeFlags.BooleanLiteral) {
      return kind === "boolean" && String(value) === this.checker.typeToString(member);
    }
    if (member.flags & TypeFlags.StringLike) {
      return kind === "string";
    }
    if (member.flags & TypeFlags.NumberLike) {
      return kind === "number";
    }
    if (member.flags & TypeFlags.BooleanLike) {
      return kind === "boolean";
    }
    if (isDate(member)) {
      return this.dates.test((this.isClient ? value.$date : value) ?? "");
    }
    if (this.isList(member)) {
      return kind === "array";
    }
    return Boolean(member.flags & (TypeFlags.Object | TypeFlags.Intersection)) && kind === "object";
  }

  isList(type) {
    return this.checker.isArrayType(type) || this.checker.isTupleType(type);
  }

  // A text or number where only certain ones are declared.
  isOutside(value, members) {
    return members.some((member) => member.flags & TypeFlags.Literal && typeof member.value === typeof value);
  }

  misfit(value, type, members) {
    if (this.isOutside(value, members)) {
      const literals = [...new Set(members.flatMap(({ value: literal }) => (literal === undefined ? [] : [literal])))];
      return `${shortened(value)} is none of ${literals.join(", ").slice(0, 200)}`;
    }
    return `is a ${kindOf(value)} (${shortened(value)}), declared ${this.nameOf(type)}`;
  }

  nameOf(type) {
    return this.checker.typeToString(type, undefined, ts.TypeFormatFlags.None).slice(0, 120);
  }

  compareItems(value, type, path) {
    const items = this.checker.getTypeArguments(type);
    const isTuple = this.checker.isTupleType(type);
    if (isTuple && value.length !== items.length) {
      this.add(path, "type", `has ${value.length} items, declared ${this.nameOf(type)}`);
    }
    value.forEach((item, place) => {
      const declared = isTuple ? items[Math.min(place, items.length - 1)] : items[0];
      this.compare(item, declared, `${path}[]`);
    });
  }

  // Of several object types, the one with which the value has the fewest differences.
  compareObject(value, candidates, path) {
    const outcomes = candidates.map((candidate) => {
      const attempt = new Comparison(this.checker, this);
      attempt.compareKeys(value, candidate, path);
      return attempt.differences;
    });
    const closest = outcomes.reduce((best, other) => (other.size < best.size ? other : best));
    for (const { path: at, kind, what } of closest.values()) {
      this.add(at, kind, what);
    }
  }

  compareKeys(value, type, path) {
    const index = this.checker.getIndexInfosOfType(type)[0];
    const declared = new Map(this.checker.getPropertiesOfType(type).map((property) => [property.name, property]));
    for (const [key, member] of Object.entries(value)) {
      const property = declared.get(key);
      const at = path ? `${path}.${key}` : key;
      if (property) {
        this.compare(member, this.checker.getTypeOfSymbol(property), at, property);
      } else if (index) {
        this.compare(member, index.type, at);
      } else {
        this.add(at, "undeclared", "is not declared");
      }
    }
    for (const [key, property] of declared) {
      if (!(key in value) && !this.isOptional(property)) {
        this.add(path ? `${path}.${key}` : key, "missing", "is required, and missing");
      }
    }
  }

  isOptional(property) {
    const members = membersOf(this.checker.getTypeOfSymbol(property));
    return (
      property.flags & SymbolFlags.Optional ||
      Formats.isOutdated(property) ||
      members.some((member) => member.flags & (TypeFlags.Undefined | TypeFlags.Never))
    );
  }
}

// Every declared path that none of the values has; below an absent path nothing is named.
class Coverage {
  constructor(checker) {
    this.checker = checker;
    this.absent = [];
  }

  visit(values, type, path = "", depth = 0) {
    const members = membersOf(type).filter((member) => member.flags & (TypeFlags.Object | TypeFlags.Intersection));
    // Of a choice of objects, an answer has the keys of one.
    const [member] = members.length === 1 ? members : [];
    if (!member || isDate(member) || this.checker.isTupleType(member) || depth > MAX_DEPTH) {
      return;
    }
    if (this.checker.isArrayType(member)) {
      const items = values.filter(Array.isArray).flat();
      if (items.length) {
        this.visit(items, this.checker.getTypeArguments(member)[0], `${path}[]`, depth + 1);
      }
      return;
    }
    this.visitKeys(values.filter((value) => kindOf(value) === "object"), member, path, depth);
  }

  visitKeys(objects, type, path, depth) {
    for (const property of this.checker.getPropertiesOfType(type)) {
      const at = path ? `${path}.${property.name}` : property.name;
      const values = objects.filter((value) => property.name in value).map((value) => value[property.name]);
      if (values.length) {
        this.visit(values, this.checker.getTypeOfSymbol(property), at, depth + 1);
      } else if (!property.name.startsWith("__") && !Formats.isOutdated(property)) {
        // Names with underscores in front exist in the declarations only, to carry other types.
        this.absent.push({ path: at, kind: "absent", what: "is declared, and no answer has it" });
      }
    }
  }
}

function loaded(file) {
  const program = ts.createProgram([file], {
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const faults = program.getSemanticDiagnostics(program.getSourceFile(file));
  if (faults.length) {
    throw new Error(faults.map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, "\n")).join("\n"));
  }
  return program;
}

function main() {
  const { types, answers, clients, dates, whole } = JSON.parse(readFileSync(0, "utf8"));
  const program = loaded(types);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(types)));
  const table = checker.getDeclaredTypeOfSymbol(exported.find(({ name }) => name === "Answers"));
  const declared = new Map(checker.getPropertiesOfType(table).map((property) => [property.name, property]));
  const promises = new Promises(program, checker);
  const differences = [];
  for (const [endpoint, values] of Object.entries(answers)) {
    if (!declared.has(endpoint)) {
      throw new Error(`${endpoint} has no type in ${types}`);
    }
    const type = checker.getTypeOfSymbol(declared.get(endpoint));
    if (type.flags & ANYTHING) {
      throw new Error(`${endpoint} may be anything: is its package there?`);
    }
    const comparison = new Comparison(checker, { dates: new RegExp(dates), isClient: clients.includes(endpoint) });
    values.forEach((value) => comparison.compare(value, type));
    const method = clients.includes(endpoint) ? endpoint.split(".").at(-1) : "";
    values.flatMap((value) => (method ? promises.broken(value, type, method) : [])).forEach((path) =>
      comparison.add(path, "promised", "is never missing, says the client's type, and is missing"),
    );
    const coverage = new Coverage(checker);
    if (whole.includes(endpoint)) {
      coverage.visit(values, type);
    }
    const found = [...comparison.differences.values(), ...coverage.absent];
    differences.push(...found.map((difference) => ({ endpoint, ...difference })));
  }
  const silent = [...declared.keys()].filter((endpoint) => !answers[endpoint]?.length);
  differences.push(...silent.map((endpoint) => ({ endpoint, path: ".", kind: "unanswered", what: "has no answer" })));
  console.log(JSON.stringify(differences));
}

main();
