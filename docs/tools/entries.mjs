import { Converter, ReflectionKind } from 'typedoc';

/** Modules go by the names that one imports: 'regulus' for the main file, 'regulus/digits' for the others. The main file as a whole, which some
 *  types name, is left out: it would be a namespace of itself. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const namespace of project.getReflectionsByKind(ReflectionKind.Namespace))
      if (namespace.name === 'src') project.removeReflection(namespace);
    for (const module of project.getReflectionsByKind(ReflectionKind.Module))
      module.name = module.name === 'index' ? 'regulus' : `regulus/${module.name}`;
  });
}
