// What Wix's client promises never to be missing: the paths in `NonNullablePaths` of a method's signature. The type
// itself only works in a mode in which the compiler takes minutes, so the paths are read from the declaration's text.
// Of a choice (an interface marked @oneof) one member is enough, and below what is absent nothing is promised.
import ts from "typescript";
import { Formats } from "./formats.mjs";

export class Promises {
  constructor(program, checker) {
    this.program = program;
    this.checker = checker;
  }

  // The paths of a method such as "getOrder", each as a list of keys in which "${number}" is every item.
  pathsOf(method) {
    const name = `${method[0].toUpperCase()}${method.slice(1)}Signature`;
    for (const file of this.program.getSourceFiles()) {
      const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
      if (found) {
        return this.pathsIn(found, file);
      }
    }
    return [];
  }

  pathsIn(node, file) {
    if (ts.isTypeReferenceNode(node) && node.typeName.getText(file) === "NonNullablePaths") {
      const paths = node.typeArguments[1];
      const texts = (ts.isUnionTypeNode(paths) ? [...paths.types] : [paths]).map((path) => path.getText(file));
      return texts.map((text) => text.slice(1, -1).split("."));
    }
    // The parameters of a method have promises of their own, which the caller makes.
    const children = ts.isCallSignatureDeclaration(node) ? [node.type] : node.getChildren(file);
    return children.flatMap((child) => this.pathsIn(child, file));
  }

  // The promised paths that the value lacks, as texts.
  broken(value, type, method) {
    return this.pathsOf(method).flatMap((keys) => this.lacking(value, type, keys, ""));
  }

  lacking(value, type, [key, ...rest], path) {
    if (value === null || typeof value !== "object") {
      return [];
    }
    const declared = this.checker.getNonNullableType(type);
    if (key === "${number}") {
      const item = this.checker.getTypeArguments(declared)[0];
      return value.flatMap((member) => this.lacking(member, item, rest, `${path}[]`));
    }
    const at = path ? `${path}.${key}` : key;
    if (rest.length) {
      const property = this.checker.getPropertyOfType(declared, key);
      return property ? this.lacking(value[key], this.checker.getTypeOfSymbol(property), rest, at) : [];
    }
    if (Formats.isOutdated(this.checker.getPropertyOfType(declared, key))) {
      return [];
    }
    const isThere = this.choiceOf(declared, key).some((name) => value[name] !== undefined && value[name] !== null);
    return isThere ? [] : [at];
  }

  // The key and, if it is one of a choice, the others.
  choiceOf(type, key) {
    const bases = type.isClassOrInterface() ? this.checker.getBaseTypes(type) : [];
    const choice = bases.find(
      (base) =>
        base.symbol.getJsDocTags().some(({ name }) => name === "oneof") && this.checker.getPropertyOfType(base, key),
    );
    return choice ? this.checker.getPropertiesOfType(choice).map(({ name }) => name) : [key];
  }
}
