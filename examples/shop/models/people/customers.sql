-- One row per registered customer. Orders count when they are paid; refunds are kept apart.
-- Needs window functions: MySQL 8.0 or MariaDB 10.2 and later.
WITH paid AS (
  SELECT o.id, o.customer_id, o.total, o.paid_at,
         ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.paid_at DESC, o.id DESC) AS latest
    FROM orders o
   WHERE o.status IN ('paid', 'refunded') AND o.total > 0
     /* scope: o.customer_id */
),
orders_of AS (
  SELECT customer_id, MIN(paid_at) AS first_order_at, MAX(paid_at) AS last_order_at,
         COUNT(*) AS total_orders, SUM(total) AS lifetime_value
    FROM paid
   WHERE customer_id IS NOT NULL
   GROUP BY customer_id
),
refunds_of AS (
  SELECT o.customer_id, SUM(r.amount) AS refunded
    FROM refunds r JOIN orders o ON o.id = r.order_id
   WHERE o.customer_id IS NOT NULL
     /* scope: o.customer_id */
   GROUP BY o.customer_id
),
top_item AS (
  SELECT p.customer_id, i.category,
         ROW_NUMBER() OVER (PARTITION BY p.customer_id ORDER BY i.quantity * i.unit_price DESC, i.id) AS place
    FROM paid p JOIN order_items i ON i.order_id = p.id
   WHERE p.latest = 1
),
newest_subscription AS (
  SELECT s.customer_id, s.status,
         ROW_NUMBER() OVER (PARTITION BY s.customer_id ORDER BY s.started_at DESC, s.id DESC) AS place
    FROM subscriptions s
   WHERE TRUE
     /* scope: s.customer_id */
)
SELECT c.id AS customer_id,
       c.email,
       c.first_name,
       o.first_order_at,
       o.last_order_at,
       COALESCE(o.total_orders, 0) AS total_orders,
       COALESCE(o.lifetime_value, 0) AS lifetime_value,
       COALESCE(o.lifetime_value, 0) - COALESCE(r.refunded, 0) AS lifetime_value_net,
       t.category AS last_product_category,
       c.sms_opt_in,
       c.sms_opt_in_at,
       c.email_consent,
       c.email_consent_at,
       CASE WHEN COALESCE(o.lifetime_value, 0) >= 500 THEN 'gold'
            WHEN COALESCE(o.lifetime_value, 0) >= 200 THEN 'silver'
            ELSE 'none' END AS vip_tier,
       s.status AS subscription_status,
       r.customer_id IS NOT NULL AS is_refunder
  FROM customers c
  LEFT JOIN orders_of o ON o.customer_id = c.id
  LEFT JOIN refunds_of r ON r.customer_id = c.id
  LEFT JOIN top_item t ON t.customer_id = c.id AND t.place = 1
  LEFT JOIN newest_subscription s ON s.customer_id = c.id AND s.place = 1
 WHERE TRUE
   /* scope: c.id */
