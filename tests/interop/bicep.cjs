// Reads the Bicep files named as arguments with tree-sitter's grammar and prints, as JSON, what the tests ask of each: where it is not Bicep, its
// parameters and whether they are described, and the names in the objects of its variables.
const { readFileSync } = require('node:fs');
const { Language, Parser } = require('web-tree-sitter');

const described = (parameter) => {
  const before = parameter.previousNamedSibling;
  return before?.type === 'decorators' && before.namedChildren.some(
    (decorator) => /^@(sys\.)?description\('[^']*\w{3}/.test(decorator.text));
};

function* within(node) {
  yield node;
  for (const child of node.namedChildren) yield* within(child);
}

const read = (parser, path) => {
  const root = parser.parse(readFileSync(path, 'utf8')).rootNode;
  const answer = { path, errors: [], parameters: [], objects: {} };
  const errors = (node) => {
    if (node.isError || node.isMissing) answer.errors.push(`${path}:${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    else if (node.hasError) node.children.forEach(errors);
  };
  errors(root);
  for (const node of root.namedChildren) {
    const name = node.namedChildren.find((child) => child.type === 'identifier')?.text;
    if (node.type === 'parameter_declaration') answer.parameters.push({ name, described: described(node) });
    if (node.type !== 'variable_declaration') continue;
    answer.objects[name] = [...within(node)].filter((inner) => inner.type === 'object_property')
      .map((property) => property.namedChildren[0].text.replace(/^'|'$/g, ''));
  }
  return answer;
};

(async () => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  console.log(JSON.stringify(process.argv.slice(2).map((path) => read(parser, path))));
})();
