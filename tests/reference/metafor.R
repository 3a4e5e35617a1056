# Regenerates metafor.json: published meta-analyses as metafor computes them.
#
#   Rscript tests/reference/metafor.R tests/reference/metafor.json
#
# metafor (GPL) is the oracle of the tests only; nothing of it is in the package. The iterative
# estimators run to 1e-12 of the variance of the estimates instead of metafor's usual 1e-5, so that both sides stand at the optimum
# and a tolerance of 1e-6 compares definitions, not stopping rules.

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
  library(jsonlite)
})

datasets <- list(
  "dat.bcg" = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  "dat.li2007" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  "dat.egger2001" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001),
  "dat.hackshaw1998" = dat.hackshaw1998,
  "dat.normand1999" = escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                             n2i = n2i, data = dat.normand1999),
  "dat.molloy2014" = escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014),
  "dat.raudenbush1985" = dat.raudenbush1985,
  "dat.mcdaniel1994" = escalc("ZCOR", ri = ri, ni = ni, data = dat.mcdaniel1994),
  "dat.linde2005" = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005),
  "dat.nielweise2007" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007),
  "dat.lee2004" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lee2004),
  "dat.gibson2002" = escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                            n2i = n2i, data = dat.gibson2002),
  "dat.collins1985b (pre-eclampsia)" = escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci,
                                              n2i = pre.nci, data = dat.collins1985b),
  "dat.yusuf1985 (6)" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.yusuf1985,
                               subset = table == "6", add = 1 / 2, to = "only0"),
  "dat.bangertdrowns2004" = dat.bangertdrowns2004,
  "dat.laopaiboon2015" = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.laopaiboon2015),
  "dat.anand1999" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.anand1999),
  "dat.axfors2021" = escalc("OR", ai = hcq_arm_event, n1i = hcq_arm_total, ci = control_arm_event,
                            n2i = control_arm_total, data = dat.axfors2021),
  "dat.baskerville2012" = transform(dat.baskerville2012, yi = smd, vi = se^2),
  "dat.bonett2010" = escalc("ABT", ai = ai, mi = mi, ni = ni, data = dat.bonett2010),
  "dat.cohen1981" = escalc("ZCOR", ri = ri, ni = ni, data = dat.cohen1981),
  "dat.collins1985a (bleeding)" = escalc("OR", ai = b.xti, n1i = nti, ci = b.xci, n2i = nci,
                                         data = dat.collins1985a),
  "dat.damico2009" = escalc("OR", ai = xt, n1i = nt, ci = xc, n2i = nc, data = dat.damico2009),
  "dat.debruin2009" = escalc("PLO", xi = xi, ni = ni, data = dat.debruin2009),
  "dat.dorn2007" = escalc("RR", ai = x.a, n1i = n.a, ci = x.p, n2i = n.p, data = dat.dorn2007),
  "dat.fine1993 (6 months)" = escalc("OR", ai = e1i, n1i = nei, ci = c1i, n2i = nci, data = dat.fine1993),
  "dat.graves2010" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.graves2010),
  "dat.hahn2001" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hahn2001),
  "dat.hannum2020" = escalc("PLO", xi = xi, ni = ni, data = dat.hannum2020),
  "dat.hart1999" = escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.hart1999),
  "dat.hine1989" = escalc("RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989),
  "dat.kearon1998 (sensitivity)" = escalc("PLO", xi = tp, ni = np, data = dat.kearon1998),
  "dat.landenberger2005" = escalc("OR", ai = n.cbt.rec, bi = n.cbt.non, ci = n.ctrl.rec, di = n.ctrl.non,
                                  data = dat.landenberger2005),
  "dat.lau1992" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lau1992),
  "dat.lehmann2018" = dat.lehmann2018,
  "dat.michael2013" = dat.michael2013,
  "dat.nakagawa2007" = escalc("ZCOR", ri = Correlation, ni = SampleSize, data = dat.nakagawa2007),
  "dat.nielweise2008" = escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.nielweise2008),
  "dat.pritz1997" = escalc("PLO", xi = xi, ni = ni, data = dat.pritz1997),
  "dat.vanhowe1999" = escalc("OR", ai = non.pos, bi = non.neg, ci = cir.pos, di = cir.neg,
                             data = dat.vanhowe1999),
  "dat.viechtbauer2021" = escalc("OR", ai = xTi, n1i = nTi, ci = xCi, n2i = nCi, data = dat.viechtbauer2021)
)

# Which moderators each meta-regression has: numbers, or text that R turns into one 0/1 column a further
# level. Not dat.lau1992 on year: by ML both tau2 are 0 but for 1e-13, and R2 is the ratio of those.
regressions <- list(
  list("dat.bcg", c("ablat", "year")),
  list("dat.bcg", "ablat"),
  list("dat.bcg", "alloc"),
  list("dat.bangertdrowns2004", "length"),
  list("dat.bangertdrowns2004", c("wic", "feedback")),
  list("dat.raudenbush1985", "weeks"),
  list("dat.raudenbush1985", c("weeks", "setting")),
  list("dat.linde2005", c("year", "baseline")),
  list("dat.molloy2014", c("meanage", "quality")),
  list("dat.hackshaw1998", "year"),
  list("dat.debruin2009", c("scq", "ethnicity")),
  list("dat.landenberger2005", c("length", "age")),
  list("dat.baskerville2012", c("score", "year")),
  list("dat.viechtbauer2021", "dose"),
  list("dat.damico2009", c("conceal", "blind"))
)

# Several effects a study: `study` is the outer level, each row an effect of its own. Nelder-Mead, because
# the usual optimiser reports failure once it is asked for more digits than the likelihood shows.
nested <- list(
  "dat.konstantopoulos2011" = transform(dat.konstantopoulos2011, study = district),
  "dat.assink2016" = dat.assink2016,
  "dat.bornmann2007" = escalc("OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal,
                              data = dat.bornmann2007),
  "dat.knapp2017" = dat.knapp2017,
  "dat.crede2010" = transform(escalc("ZCOR", ri = ri, ni = ni, data = dat.crede2010), study = studyid),
  "dat.tannersmith2016" = transform(dat.tannersmith2016, study = studyid),
  "dat.kalaian1996" = dat.kalaian1996,
  "dat.berkey1998" = transform(dat.berkey1998, study = trial)
)

tight <- function(yi) list(threshold = 1e-12 * max(1, var(yi)), maxiter = 1e6, stepadj = 1,
                            tol = .Machine$double.eps^0.75, tau2.max = 1e5)

statistics <- function(data) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  yi <- as.numeric(data$yi)
  vi <- as.numeric(data$vi)
  fit <- function(method, test = "z") rma(yi, vi, method = method, test = test, control = tight(yi))
  reml <- fit("REML", "knha")
  fixed <- rma(yi, vi, method = "EE")
  predicted <- predict(reml)
  spread <- confint(reml, control = list(tau2.max = 1e5, tol = 1e-14, maxiter = 100000))$random
  egger <- regtest(reml)
  egger_z <- regtest(fit("REML"))
  classical <- regtest(reml, model = "lm")
  without <- leave1out(reml)
  wald <- fit("REML")
  list(
    yi = yi, vi = vi, k = reml$k,
    estimate = reml$b[1], se = reml$se, p = reml$pval, ci = c(reml$ci.lb, reml$ci.ub),
    pi = c(predicted$pi.lb, predicted$pi.ub),
    tau2 = reml$tau2, tau2_ci = as.numeric(spread["tau^2", c("ci.lb", "ci.ub")]),
    i2 = reml$I2, q = reml$QE, q_p = reml$QEp,
    weights = as.numeric(weights(reml)),
    wald = list(se = wald$se, ci = c(wald$ci.lb, wald$ci.ub), p = wald$pval,
                pi = c(predict(wald)$pi.lb, predict(wald)$pi.ub)),
    tau2_by_method = list(DL = fit("DL")$tau2, PM = fit("PM")$tau2, ML = fit("ML")$tau2),
    fixed = list(estimate = fixed$b[1], se = fixed$se, ci = c(fixed$ci.lb, fixed$ci.ub)),
    egger = list(statistic = egger$zval, p = egger$pval, p_z = egger_z$pval,
                 slope = as.numeric(egger$fit$b[2]), limit = as.numeric(egger$est)),
    egger_classical = list(statistic = classical$zval, p = classical$pval, limit = as.numeric(classical$est)),
    leave_one_out = list(estimate = as.numeric(without$estimate), tau2 = as.numeric(without$tau2),
                         ci_low = as.numeric(without$ci.lb), ci_high = as.numeric(without$ci.ub)),
    cumul = cumulated(reml, data),
    trimfill = filled(reml, yi)
  )
}

# By year where the data set tells it, else the most precise study first.
cumulated <- function(reml, data) {
  order <- if (is.numeric(data$year) && !anyNA(data$year)) data$year else as.numeric(data$vi)
  # Half steps, because with few studies whole ones can swing about the optimum for ever.
  reml$control$stepadj <- 1 / 2
  steps <- do.call(cumul, list(reml, order = order))
  list(order = order, estimate = as.numeric(steps$estimate), se = as.numeric(steps$se),
       p = as.numeric(steps$pvals), ci_low = as.numeric(steps$ci.lb), ci_high = as.numeric(steps$ci.ub),
       tau2 = as.numeric(steps$tau2), q = as.numeric(steps$Q))
}

# `trimfill` hands neither the test nor the control on by itself.
filled <- function(reml, yi) {
  out <- trimfill(reml, test = "knha", control = tight(yi))
  list(k0 = out$k0, side = out$side, estimate = out$b[1], se = out$se, ci = c(out$ci.lb, out$ci.ub),
       tau2 = out$tau2, yi = I(as.numeric(out$yi)[out$fill]), vi = I(as.numeric(out$vi)[out$fill]))
}

regression <- function(name, traits) {
  data <- if (name %in% names(datasets)) datasets[[name]] else get(name)
  data <- data[complete.cases(as.data.frame(data)[c("yi", "vi", traits)]), ]
  yi <- as.numeric(data$yi)
  vi <- as.numeric(data$vi)
  formula <- as.formula(paste("~", paste(traits, collapse = " + ")))
  one <- function(method, test) {
    fit <- rma(yi, vi, mods = formula, data = as.data.frame(data)[traits], method = method, test = test,
               control = tight(yi))
    list(names = rownames(fit$b), coefficients = as.numeric(fit$b), se = as.numeric(fit$se),
         ci_low = as.numeric(fit$ci.lb), ci_high = as.numeric(fit$ci.ub), p = as.numeric(fit$pval),
         tau2 = fit$tau2, i2 = fit$I2, r2 = fit$R2, qe = fit$QE, qe_p = fit$QEp, qm = fit$QM, qm_p = fit$QMp,
         tau2_total = rma(yi, vi, method = method, control = tight(yi))$tau2)
  }
  list(data = name, yi = yi, vi = vi, moderators = as.list(as.data.frame(data)[traits]),
       REML = list(wald = one("REML", "z"), "hartung-knapp" = one("REML", "knha")),
       ML = list(wald = one("ML", "z"), "hartung-knapp" = one("ML", "knha")))
}

multilevel <- function(data) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  yi <- as.numeric(data$yi)
  vi <- as.numeric(data$vi)
  study <- as.integer(factor(data$study))
  effect <- seq_along(yi)
  fit <- rma.mv(yi, vi, random = ~ 1 | study / effect, method = "REML",
                control = list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-16, maxit = 10000))
  list(yi = yi, vi = vi, study = study, estimate = fit$b[1], se = fit$se, ci = c(fit$ci.lb, fit$ci.ub),
       p = fit$pval, between = fit$sigma2[1], within = fit$sigma2[2])
}

effect_sizes <- function() {
  md <- dat.normand1999[1, ]
  table <- dat.bcg[1, ]
  one <- function(measure, ...) {
    out <- escalc(measure, ...)
    list(yi = as.numeric(out$yi), vi = as.numeric(out$vi))
  }
  two <- function(measure) one(measure, m1i = md$m1i, sd1i = md$sd1i, n1i = md$n1i,
                               m2i = md$m2i, sd2i = md$sd2i, n2i = md$n2i)
  four <- function(measure, ai, n1i, ci, n2i) one(measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i)
  list(
    arms = as.list(md[c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]),
    MD = two("MD"), SMD = two("SMD"),
    events = list(ai = table$tpos, n1i = table$tpos + table$tneg, ci = table$cpos,
                  n2i = table$cpos + table$cneg),
    RR = four("RR", table$tpos, table$tpos + table$tneg, table$cpos, table$cpos + table$cneg),
    OR = four("OR", table$tpos, table$tpos + table$tneg, table$cpos, table$cpos + table$cneg),
    zero_events = list(ai = 0, n1i = 20, ci = 3, n2i = 21),
    RR_zero = four("RR", 0, 20, 3, 21), OR_zero = four("OR", 0, 20, 3, 21)
  )
}

reference <- list(
  made_with = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                   metadat = as.character(packageVersion("metadat"))),
  datasets = lapply(datasets, statistics),
  effect_sizes = effect_sizes(),
  meta_regression = lapply(regressions, function(case) regression(case[[1]], case[[2]])),
  multilevel = lapply(nested, multilevel)
)

out <- commandArgs(trailingOnly = TRUE)
if (length(out) != 1) stop("Give the JSON file to write: Rscript metafor.R metafor.json")
write_json(reference, out, auto_unbox = TRUE, digits = NA, pretty = FALSE, na = "null")
