SELECT i.invoice_no,
       i.customer_id,
       i.invoiced_at,
       ROUND(-i.total, 2) AS amount,
       i.line_count
  FROM invoice i
 WHERE i.kind = 'cancellation' AND i.customer_id IS NOT NULL
   AND i.invoiced_at >= :since
   /* scope: i.invoice_no */
