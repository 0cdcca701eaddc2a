-- An order is placed when it is paid. Guests (no customer_id) come along and are counted as faults,
-- so that it can be seen how many events have nobody to go to.
SELECT o.id AS order_id,
       o.customer_id,
       o.paid_at,
       o.total AS order_value,
       o.currency,
       COUNT(i.id) AS item_count,
       MAX(i.category) AS product_category
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
 WHERE o.status IN ('paid', 'refunded') AND o.total > 0
   AND (o.paid_at IS NULL OR o.paid_at < '1000-01-01' OR o.paid_at >= :since)
   /* scope: o.id */
 GROUP BY o.id, o.customer_id, o.paid_at, o.total, o.currency
