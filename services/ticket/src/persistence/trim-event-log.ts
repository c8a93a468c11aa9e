/**
 * Deletes events that are older than their workspace's own retention, at most `$2` of them; `$1` is the retention in
 * days of a workspace that is not known here. Only from the log's old end up to the first event that has to stay, by
 * its age or because it was not handed over yet: a reader never finds a gap but the beginning that is gone. Looks at no
 * more than `$2` events of each workspace.
 */
export const trimEventLog = `
  delete from event_log where (workspace_id, pos) in (
    select h.workspace_id, gone.pos
      from event_log_head h
      left join workspace w on w.workspace_id = h.workspace_id
     cross join lateral (
           select coalesce(
             (select k.pos
                from (select pos, at, handed_over from event_log
                       where workspace_id = h.workspace_id order by pos limit $2) k
               where k.at >= now() - make_interval(days => coalesce(w.retention_days, $1)) or not k.handed_over
               order by k.pos limit 1),
             h.pos + 1) as pos) stays
     cross join lateral (
           select l.pos from event_log l
            where l.workspace_id = h.workspace_id and l.pos < stays.pos order by l.pos limit $2) gone
     limit $2)`;
