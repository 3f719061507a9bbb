import { Converter, ReflectionKind } from 'typedoc';

/** Modules go by the names that one imports: 'regulus' for the main file, 'regulus/digits' for the others. All ops as a whole, whose
 *  type some others name, are left out: each has a page. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const namespace of project.getReflectionsByKind(ReflectionKind.Namespace))
      if (namespace.name.includes('/')) project.removeReflection(namespace);
    for (const module of project.getReflectionsByKind(ReflectionKind.Module))
      module.name = module.name === 'index' ? 'regulus' : `regulus/${module.name}`;
  });
}
