-- One row per customer. An order counts when it is an order (no cancellation, no adjustment) of more than nothing.
WITH counted AS (
  SELECT i.invoice_no, i.customer_id, i.invoiced_at, i.total,
         ROW_NUMBER() OVER (PARTITION BY i.customer_id ORDER BY i.invoiced_at DESC, i.invoice_no DESC) AS recency
    FROM invoice i
   WHERE i.kind = 'order' AND i.total > 0 AND i.customer_id IS NOT NULL
     /* scope: i.customer_id */
),
bought AS (
  SELECT customer_id,
         MIN(invoiced_at) AS first_order_at,
         MAX(invoiced_at) AS last_order_at,
         COUNT(*)         AS total_orders,
         SUM(total)       AS gross
    FROM counted
   GROUP BY customer_id
),
returned AS (
  SELECT i.customer_id, COUNT(*) AS total_refunds, -SUM(i.total) AS refunded
    FROM invoice i
   WHERE i.kind = 'cancellation' AND i.customer_id IS NOT NULL
     /* scope: i.customer_id */
   GROUP BY i.customer_id
),
newest_lines AS (
  SELECT c.customer_id, l.stock_code,
         ROW_NUMBER() OVER (PARTITION BY c.customer_id ORDER BY l.quantity * l.unit_price DESC, l.id) AS place
    FROM counted c
    JOIN invoice_line l ON l.invoice_no = c.invoice_no
   WHERE c.recency = 1
)
SELECT k.customer_id,
       k.email,
       b.first_order_at,
       b.last_order_at,
       COALESCE(b.total_orders, 0)                                       AS total_orders,
       ROUND(COALESCE(b.gross, 0), 2)                                    AS lifetime_value,
       ROUND(COALESCE(b.gross, 0) - COALESCE(r.refunded, 0), 2)          AS lifetime_value_net,
       COALESCE(r.total_refunds, 0)                                      AS total_refunds,
       n.stock_code                                                      AS last_top_sku
  FROM customer k
  LEFT JOIN bought b       ON b.customer_id = k.customer_id
  LEFT JOIN returned r     ON r.customer_id = k.customer_id
  LEFT JOIN newest_lines n ON n.customer_id = k.customer_id AND n.place = 1
 WHERE TRUE
   /* scope: k.customer_id */
