// prisma.config.ts
import { defineConfig } from 'prisma/config';

export default defineConfig({
    schema: 'schema.prisma',
    // Else db push and migrate drop the columns.
    experimental: { externalTables: true },
    tables: { external: ['public.tasks'] },
    enums: { external: ['public.task_status'] },
});
