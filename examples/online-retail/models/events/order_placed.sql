-- Orders of guests come along: they have nobody to go to, and are counted as faults rather than lost.
SELECT i.invoice_no,
       i.customer_id,
       i.invoiced_at,
       ROUND(i.total, 2) AS amount,
       i.line_count
  FROM invoice i
 WHERE i.kind = 'order' AND i.total > 0
   AND i.invoiced_at >= :since
   /* scope: i.invoice_no */
