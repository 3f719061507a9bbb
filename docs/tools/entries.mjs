import { Converter, ReflectionKind } from 'typedoc';

/** Modules go by the names that one imports: 'regulus' for the main file, 'regulus/digits' for the others. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module))
      module.name = module.name === 'index' ? 'regulus' : `regulus/${module.name}`;
  });
}
