/** Dimension of an Atlas term, such as `ai_task.type`. */
export const ATLAS_DIMENSION =
  /^(ai_task|human_task|system_task|data_artifact|constraint|touchpoint)\.[a-z_]+$/;
