"""Tests of the language part of the article checker: own examples, laws, labelled sentences if present."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.claims.labels import DIRECTIONS, KINDS, STRENGTHS
from magnesim.claims.language import LONGEST, labels_of
from magnesim.claims.language.predicate import begins_request, has_finite_verb
from magnesim.claims.language.terms import topic_table
from magnesim.claims.tables import rows

DEV = Path(__file__).parents[2] / "shared" / "claims" / "dev.csv"

LISTED = """\
Magnesium tablets do nothing for sleep quality in healthy young adults.
    effect sleep_quality any no_effect negated
Women on magnesium glycinate wake less often at night.
    effect sleep_quality glycinate improves asserted
Magnesium chloride might help you nod off sooner.
    effect sleep_onset chloride improves hedged
Magnesium tacks another half hour of sleep on to the night.
    effect sleep_duration any improves asserted
Magnesium increases the share of time in bed you actually spend asleep.
    effect sleep_efficiency any improves asserted
Magnesium oxide could deepen slow-wave sleep in the elderly.
    effect slow_wave_sleep oxide improves hedged
The unpleasant crawling in the legs that marks RLS eases on magnesium.
    effect rls any improves asserted
Magnesium quietens leg kicks during the night.
    effect plm any improves asserted
Charley horses are a thing of the past with magnesium lactate.
    effect cramps lactate improves asserted
Magnesium does not stop muscle spasms in pensioners.
    effect cramps any no_effect negated
Magnesium may leave your quads less sore after leg day.
    effect muscle_soreness any improves hedged
Magnesium loosens muscle fibres by pushing calcium out.
    mechanism muscle_relaxation any ? asserted
Grip strength improved with magnesium.
    effect exercise_performance any improves asserted
Magnesium appears to raise the pain threshold.
    effect pain_sensitivity any ? hedged
Two months of magnesium citrate can make headaches rarer.
    effect migraine citrate improves asserted
When magnesium runs low, nerve cells become overexcitable and eyelids start to twitch.
    mechanism nerve_excitability any worsens asserted
Magnesium plugs the glutamate receptor known as NMDA.
    mechanism nmda_block any unclear asserted
Magnesium enhances GABAergic signalling.
    mechanism gaba any increases asserted
The pineal gland releases more melatonin after magnesium.
    mechanism melatonin any increases asserted
Magnesium supplements dampen the stress hormone cortisol.
    mechanism hpa_cortisol any decreases asserted
Magnesium curbs the adrenaline surge of the fight-or-flight response.
    mechanism catecholamines any decreases asserted
Magnesium is involved in the making of serotonin.
    mechanism serotonin any unclear asserted
Magnesium L-threonate slips past the blood-brain barrier.
    mechanism brain_delivery threonate ? asserted
Magnesium may clear brain fog.
    effect cognition any improves hedged
Anxious feelings ease when people take magnesium.
    effect anxiety any improves asserted
Magnesium helps you feel calm under pressure.
    effect stress any improves asserted
Low magnesium intake is associated with depression.
    effect depression any worsens hedged
Premenstrual bloating and irritability fade with magnesium.
    effect pms any improves asserted
Magnesium could make night sweats less frequent.
    effect hot_flashes any improves hedged
Magnesium takes the misery out of menopausal symptoms.
    effect menopause_symptoms any improves asserted
Magnesium levels seem to fall after menopause.
    status mg_status_menopause any decreases hedged
Magnesium rebalances hormones: your hormonal balance is back in weeks.
    effect hormonal_health any improves asserted
Magnesium supplements increase bone mineral density at the spine.
    effect bone_density any increases asserted
Magnesium pills do not prevent broken hips.
    effect fracture any no_effect negated
Magnesium citrate brought down CTX, a marker of bone resorption.
    effect bone_turnover citrate decreases asserted
Converting vitamin D into its active form takes enzymes that rely on magnesium.
    mechanism vitd_activation any unclear asserted
Magnesium may push 25-hydroxyvitamin D higher.
    effect vitd_level any increases hedged
Too much calcium competes with magnesium, so mind the calcium-to-magnesium ratio.
    ? calcium_magnesium_relation any ? asserted
Magnesium lowers systolic pressure by a couple of points.
    effect blood_pressure any decreases asserted
Magnesium makes stiff arteries more supple.
    effect vascular_function any ? asserted
Magnesium calms palpitations.
    effect heart_rhythm any improves asserted
High magnesium intake goes along with fewer heart attacks.
    effect cardiovascular_risk any decreases hedged
Magnesium could improve insulin resistance in people with diabetes.
    effect glycaemia any ? hedged
Magnesium trims LDL cholesterol and triglycerides.
    effect lipids any decreases asserted
Magnesium lowers C-reactive protein.
    effect inflammation any decreases asserted
Magnesium helps you lose weight.
    effect body_weight any ? asserted
Magnesium contributes to a reduction of tiredness and fatigue.
    effect fatigue any improves asserted
Magnesium contributes to normal energy-yielding metabolism.
    mechanism energy_metabolism any unclear asserted
Magnesium contributes to electrolyte balance.
    mechanism electrolyte_balance any unclear asserted
Magnesium contributes to normal functioning of the nervous system.
    effect nervous_system_function any improves asserted
Magnesium contributes to normal muscle function.
    effect muscle_function any improves asserted
Magnesium contributes to normal protein synthesis.
    mechanism protein_synthesis any unclear asserted
Magnesium contributes to the maintenance of normal teeth.
    effect bones_teeth_maintenance any improves asserted
Magnesium keeps colds at bay by arming your immune system.
    effect immune any improves asserted
Magnesium guards cells against free radicals.
    mechanism oxidative_stress any ? asserted
Magnesium keeps the blood from clotting too quickly.
    effect blood_coagulation any ? asserted
Magnesium settles heartburn.
    effect gastric_acid any improves asserted
Hundreds of enzymes cannot work without magnesium.
    mechanism enzyme_cofactor any unclear asserted
About a quarter of the body's magnesium sits in muscle.
    status body_distribution any unclear asserted
Two in three adults do not get enough magnesium from their food.
    status deficiency_prevalence any unclear ?
Early signs of magnesium deficiency include loss of appetite, nausea and weakness.
    effect deficiency_signs any worsens asserted
A serum test is a poor mirror of your magnesium status.
    status status_test any unclear asserted
Oral magnesium raises the amount of magnesium in 24-hour urine.
    status mg_level_response any increases asserted
Alcohol flushes magnesium out of the body.
    status mg_losses any ? asserted
Modern soils hold less magnesium than they used to.
    status mg_losses any ? asserted
Cashews, lentils and dark chocolate are rich in magnesium.
    status food_sources any unclear asserted
Magnesium glycinate is better absorbed than magnesium oxide.
    form bioavailability_by_form glycinate increases asserted
The gut takes up only about a third of the magnesium you eat.
    form absorption_general any unclear asserted
Magnesium citrate contains about 16 percent elemental magnesium.
    form elemental_content citrate unclear asserted
An Epsom salt bath tops up your magnesium through the skin.
    form transdermal sulfate increases asserted
The RDA for adult men is 400 to 420 mg of magnesium.
    dose requirement any unclear asserted
Do not exceed 350 mg of supplemental magnesium a day.
    dose upper_limit any unclear asserted
Most people do well on 300 mg of magnesium citrate a day.
    dose supplement_dose citrate ? asserted
Start with 100 mg of magnesium and increase slowly.
    dose supplement_dose any unclear asserted
Take magnesium with food.
    dose dose_timing any unclear asserted
Give it at least eight weeks before you judge whether magnesium works.
    dose dose_timing any unclear asserted
Children aged four to eight should get no more than 110 mg from supplements.
    dose children any unclear asserted
Pregnant women need 350 to 360 mg of magnesium a day.
    dose pregnancy_lactation any unclear asserted
Magnesium hydroxide relieves constipation.
    safety laxative_effect hydroxide increases asserted
Magnesium oxide can give you the runs.
    safety gi_side_effects oxide worsens asserted
Glycinate is gentle on the stomach.
    safety gi_side_effects glycinate no_effect asserted
A huge overdose of magnesium can stop the heart.
    safety toxicity any worsens asserted
People on dialysis must not take magnesium on their own.
    safety kidney_disease any unclear asserted
Magnesium stops doxycycline from being absorbed.
    safety drug_interaction any decreases asserted
Water tablets such as furosemide make you lose magnesium.
    safety drug_interaction any decreases asserted
Keep magnesium two hours apart from your antibiotic.
    safety drug_interaction any unclear asserted
Magnesium is safe while breastfeeding.
    safety pregnancy_lactation any no_effect asserted
Magnesium is not suitable for babies.
    safety children any unclear ?
Magnesium is generally well tolerated.
    safety general_safety any no_effect asserted
Stop taking your antidepressants and use magnesium instead.
    safety treatment_replacement any unclear asserted
Magnesium works as well as prescription sleeping pills.
    safety treatment_replacement any unclear asserted
EFSA rejected the claim that magnesium supports immune defences.
    status regulation any unclear negated
A 2017 trial in 126 adults reported milder depression on magnesium chloride.
    citation depression chloride improves asserted
A Cochrane review concluded that magnesium is unlikely to prevent cramps.
    citation cramps any no_effect negated
Researchers at Tehran University saw lower insomnia scores in a double-blind study of magnesium oxide.
    citation sleep_quality oxide improves asserted
Studies show that magnesium eases migraine.
    effect migraine any improves asserted
No trial has tested magnesium for burning feet and leg cramps together.
    effect cramps any unclear ?
The evidence on magnesium and anxiety is inconclusive.
    effect anxiety any unclear asserted
Ask your pharmacist before you begin.
    advice clinician_advice any unclear asserted
See a doctor if your sleep problems last longer than a month.
    advice clinician_advice any unclear asserted
Read the label carefully.
    advice none any unclear asserted
Write down how often the cramps come.
    advice none any unclear asserted
It is wise to speak to your GP first.
    advice clinician_advice any unclear asserted
Buy two pouches and get the third free.
    promotional product_quality any unclear asserted
Our magnesium is lab-tested and vegan.
    promotional product_quality any unclear asserted
I have slept like a baby ever since my first scoop.
    promotional product_quality any unclear asserted
This blend is the bestselling magnesium in Ireland.
    promotional product_quality any unclear asserted
Can magnesium help with cramps?
    not_a_claim none any unclear asserted
Magnesium and menopause: what you need to know
    not_a_claim none any unclear asserted
Magnesium oxide is a compound of magnesium and oxygen.
    not_a_claim none any unclear asserted
In this article we sort the facts from the fiction on magnesium.
    not_a_claim none any unclear asserted
Calcium and vitamin D keep the skeleton firm.
    not_a_claim off_topic any unclear asserted
Melatonin tablets are prescription-only in Britain.
    not_a_claim off_topic any unclear asserted
Restless legs syndrome affects one adult in twenty.
    not_a_claim off_topic any unclear asserted
Magnesium flares burn with a blinding white flame.
    not_a_claim off_topic any unclear asserted
Magnesium chloride is spread on roads as a de-icer.
    not_a_claim off_topic any unclear asserted
Intravenous magnesium sulphate is given in hospital for pre-eclampsia.
    not_a_claim off_topic any unclear asserted
Potassium citrate dissolves some kidney stones.
    not_a_claim off_topic any unclear asserted
Magnesium stearate keeps tablets from sticking to the machine.
    not_a_claim off_topic any unclear asserted
Is magnesium good for sleep? Yes, it improves sleep quality.
    effect sleep_quality any improves asserted
Anyone who has trouble staying asleep will sleep through on magnesium.
    effect sleep_quality ? ? ?
Poor sleepers scored better on the Pittsburgh index with magnesium.
    effect sleep_quality ? ? ?
The time from lights out to sleep shrinks with magnesium.
    effect sleep_onset ? ? ?
With magnesium, seniors slept sixteen minutes more per night.
    effect sleep_duration ? ? ?
The jerky leg movements sleep labs count are fewer on magnesium.
    effect plm ? ? ?
The irresistible need to move the legs gets weaker with magnesium citrate.
    effect rls ? ? ?
Magnesium is a waste of money for nocturnal leg cramps.
    effect cramps ? ? ?
Runners' calves stop seizing up on magnesium.
    effect cramps ? ? ?
Magnesium speeds recovery after hard training.
    effect muscle_soreness ? ? ?
Magnesium keeps glutamate's gate closed in the brain.
    mechanism nmda_block ? ? ?
Magnesium binds to GABA receptors and quiets the brain.
    mechanism gaba ? ? ?
Magnesium tunes dopamine signalling in the brain.
    mechanism dopamine ? ? ?
Magnesium keeps the HPA axis in check.
    mechanism hpa_cortisol ? ? ?
Magnesium supplements have been linked to a brighter mood.
    effect depression ? ? ?
Panic attacks become rarer with magnesium.
    effect anxiety ? ? ?
Magnesium softens the monthly misery of period pain.
    effect pms ? ? ?
Magnesium is no cure for hot flashes.
    effect hot_flashes ? ? ?
Bones become denser with every extra gram of dietary magnesium.
    effect bone_density ? ? ?
Magnesium halves the risk of a broken hip.
    effect fracture ? ? ?
Osteocalcin rose on magnesium citrate.
    effect bone_turnover ? ? ?
Magnesium corrects vitamin D deficiency.
    effect vitd_level ? ? ?
Parathyroid hormone release depends on magnesium.
    ? calcium_magnesium_relation ? ? ?
Hypertension disappears when you take magnesium.
    effect blood_pressure ? ? ?
Flow-mediated dilation improved with magnesium.
    effect vascular_function ? ? ?
Magnesium prevents atrial fibrillation.
    effect heart_rhythm ? ? ?
People who eat plenty of magnesium die less often of heart disease.
    effect cardiovascular_risk ? ? ?
Magnesium keeps blood sugar steady.
    effect glycaemia ? ? ?
Fasting glucose dropped in diabetics given magnesium.
    effect glycaemia ? ? ?
Magnesium melts belly fat.
    effect body_weight ? ? ?
Magnesium gives you your get-up-and-go back.
    effect fatigue ? ? ?
ATP has to be bound to magnesium to be active.
    mechanism enzyme_cofactor ? ? ?
An adult carries around 25 grams of magnesium.
    status body_distribution ? ? ?
The kidneys get rid of whatever magnesium you do not need.
    status body_distribution ? ? ?
Hardly anyone in Britain is short of magnesium.
    status deficiency_prevalence ? ? ?
Older people are more likely to run low on magnesium.
    status deficiency_prevalence ? ? ?
Serum magnesium between 0.75 and 0.95 mmol/L counts as normal.
    status status_test ? ? ?
It takes months to refill the body's magnesium stores.
    status mg_level_response ? ? ?
White flour has lost most of its magnesium.
    status mg_losses ? ? ?
Heavy sweating costs you magnesium.
    status mg_losses ? ? ?
A handful of pumpkin seeds delivers a third of your daily magnesium.
    status food_sources ? ? ?
Magnesium lactate dissolves in water far better than the oxide.
    form bioavailability_by_form ? ? ?
Magnesium oxide is the worst absorbed salt.
    form bioavailability_by_form ? ? ?
Fibre and phytates reduce how much magnesium you take in.
    form absorption_general ? ? ?
Threonate has the least elemental magnesium of all salts.
    form elemental_content ? ? ?
Rubbing magnesium oil on your calves does not raise your levels.
    form transdermal ? ? ?
The NHS says men need 300 mg of magnesium a day.
    dose requirement ? ? ?
The European limit of 250 mg applies to supplements only.
    dose upper_limit ? ? ?
There is no upper limit for magnesium from food.
    dose upper_limit ? ? ?
300 mg of magnesium a day is plenty.
    dose supplement_dose ? ? ?
Take two 200 mg capsules of magnesium glycinate each night.
    dose supplement_dose ? ? ?
It makes no difference whether you take magnesium in the morning or in the evening.
    dose dose_timing ? ? ?
Never give magnesium gummies to a toddler.
    safety children ? ? ?
Expectant mothers can take magnesium without worrying about the dose.
    ? pregnancy_lactation ? ? ?
Magnesium citrate gets sluggish bowels moving.
    safety laxative_effect ? ? ?
Your stomach may rebel if you take too much magnesium oxide.
    safety gi_side_effects ? ? ?
If magnesium gives you diarrhoea, cut the dose.
    safety gi_side_effects ? ? ?
Very high magnesium levels slow the breathing.
    safety toxicity ? ? ?
With CKD, excess magnesium cannot be cleared.
    safety kidney_disease ? ? ?
Magnesium and bisphosphonates should be taken at least two hours apart.
    safety drug_interaction ? ? ?
PPIs are known to cause low magnesium.
    safety drug_interaction ? ? ?
Taking magnesium with your tetracycline is perfectly fine.
    safety drug_interaction ? ? ?
Magnesium has no side effects.
    safety general_safety ? ? ?
People with myasthenia gravis should avoid magnesium.
    safety general_safety ? ? ?
Bin your statins: magnesium protects the heart better.
    safety treatment_replacement ? ? ?
You can skip the iron test and go straight to magnesium.
    safety treatment_replacement ? ? ?
In Europe it is illegal to claim that magnesium treats depression.
    status regulation ? ? ?
Magnesium may legally be advertised for normal muscle function in the EU.
    status regulation ? ? ?
A meta-analysis of seven trials found 10 mmHg lower pressure on magnesium.
    citation blood_pressure ? ? ?
The Nurses' Health Study tied magnesium to fewer hip fractures.
    citation fracture ? ? ?
Zarean's 2013 trial reported fewer leg cramps in pregnant women on magnesium.
    citation cramps ? ? ?
According to a 2023 survey, half of Germans fall short of magnesium.
    citation deficiency_prevalence ? ? ?
Tarleton et al. (2017) found that magnesium chloride relieved depression.
    citation depression ? ? ?
The American Academy of Neurology guideline rates magnesium as probably effective for migraine.
    citation migraine ? ? ?
Research suggests magnesium lowers anxiety.
    effect anxiety ? ? ?
Whether magnesium prevents migraine is still an open question.
    effect migraine ? ? ?
Get your ferritin checked.
    advice clinician_advice ? ? ?
Eat a varied diet before you think of pills.
    advice none ? ? ?
Keep a headache diary.
    advice none ? ? ?
Always check with your midwife before taking supplements.
    advice clinician_advice ? ? ?
Customers rave about our creamy magnesium lotion.
    promotional product_quality ? ? ?
Only the finest raw materials go into NightWell.
    promotional product_quality ? ? ?
Thousands of women swear by it.
    promotional product_quality ? ? ?
Get 15% off your first jar with code CALM.
    promotional product_quality ? ? ?
My husband stopped snoring within a week of taking these.
    promotional product_quality ? ? ?
How much magnesium should you take?
    not_a_claim none ? ? ?
Magnesium for better sleep
    not_a_claim none ? ? ?
Glycinate is magnesium bound to the amino acid glycine.
    not_a_claim none ? ? ?
Magnesium is an electrolyte.
    not_a_claim none ? ? ?
Zinc supports the immune system.
    not_a_claim off_topic ? ? ?
Hot flushes trouble three in four women.
    not_a_claim off_topic ? ? ?
Magnesium alloy wheels are light.
    not_a_claim off_topic ? ? ?
Vitamin D is made in the skin.
    not_a_claim off_topic ? ? ?
Doctors give magnesium through a drip for severe asthma.
    not_a_claim off_topic ? ? ?
Oestrogen falls sharply at menopause.
    not_a_claim off_topic ? ? ?
Magnesium has the atomic number 12.
    not_a_claim off_topic ? ? ?
Insomnia means difficulty in falling or staying asleep.
    not_a_claim off_topic ? ? ?
Calcium carbonate is a common antacid.
    not_a_claim off_topic ? ? ?
Melatonin is released by the pineal gland at dusk.
    not_a_claim off_topic ? ? ?
Magnesium is about as useful for insomnia as a glass of water.
    effect sleep_quality ? ? ?
Extra magnesium gives the over-65s a few more minutes of N3 sleep.
    effect slow_wave_sleep ? ? ?
Magnesium shaves minutes off the wait for sleep.
    effect sleep_onset ? ? ?
Shift workers doze for longer on magnesium.
    effect sleep_duration ? ? ?
Every restless-legs patient benefits from magnesium.
    effect rls ? ? ?
Foot cramps in late pregnancy respond to magnesium bisglycinate.
    effect cramps ? ? ?
Magnesium relaxes the muscles.
    mechanism muscle_relaxation ? ? ?
Weightlifters on magnesium lift heavier.
    effect exercise_performance ? ? ?
Magnesium eases neuropathic pain.
    effect pain_sensitivity ? ? ?
Fewer migraine days were counted with magnesium.
    effect migraine ? ? ?
A lack of magnesium makes the nerves over-sensitive.
    mechanism nerve_excitability ? ? ?
Magnesium lowers ACTH.
    mechanism hpa_cortisol ? ? ?
Magnesium makes you happier.
    effect depression ? ? ?
Magnesium soothes frayed nerves after a hectic day.
    effect stress ? ? ?
Magnesium protects against memory loss in old age.
    effect cognition ? ? ?
Oestrogen decline pulls magnesium levels down.
    status mg_status_menopause ? ? ?
Magnesium prevents osteoporosis.
    effect bone_density ? ? ?
The body uses magnesium to switch on vitamin D.
    mechanism vitd_activation ? ? ?
Magnesium keeps blood vessels elastic.
    effect vascular_function ? ? ?
Magnesium cuts the odds of a stroke by half.
    effect cardiovascular_risk ? ? ?
Insulin works better when magnesium is topped up.
    effect glycaemia ? ? ?
Magnesium bumps up the good HDL cholesterol.
    effect lipids ? ? ?
Magnesium cools inflammation.
    effect inflammation ? ? ?
Magnesium supports normal psychological function.
    effect psychological_function ? ? ?
Your muscles need magnesium to work normally.
    effect muscle_function ? ? ?
Cells need magnesium to build protein.
    mechanism protein_synthesis ? ? ?
Cells need magnesium to turn food into energy.
    mechanism energy_metabolism ? ? ?
Magnesium is a helper in more than 300 reactions.
    mechanism enzyme_cofactor ? ? ?
Less than 1 percent of magnesium circulates in blood.
    status body_distribution ? ? ?
Four in ten Germans take in less magnesium than recommended.
    status deficiency_prevalence ? ? ?
Cramps, fatigue, palpitations and tingling can all point to low magnesium.
    effect deficiency_signs ? ? ?
Red-cell magnesium tells more than serum magnesium.
    status status_test ? ? ?
Magnesium in muscle did not rise after three months of tablets.
    status mg_level_response ? ? ?
Boiling vegetables washes the magnesium out.
    status mg_losses ? ? ?
Wholegrain bread and beans supply plenty of magnesium.
    status food_sources ? ? ?
Only four percent of magnesium oxide is absorbed.
    form bioavailability_by_form ? ? ?
Small doses are absorbed better than big ones.
    form absorption_general ? ? ?
A 500 mg tablet of magnesium oxide holds 300 mg of magnesium.
    form elemental_content ? ? ?
Soaking your feet in magnesium flakes relieves a deficiency.
    form transdermal ? ? ?
The recommended intake for women over 31 is 320 mg.
    dose requirement ? ? ?
In the US the ceiling for supplements is 350 mg.
    dose upper_limit ? ? ?
Adults can safely take 250 mg of magnesium a day.
    dose supplement_dose ? ? ?
Swallow your magnesium at dinner.
    dose dose_timing ? ? ?
You can stay on magnesium for years.
    dose dose_timing ? ? ?
A teenager may take up to 350 mg as a supplement.
    dose children ? ? ?
Magnesium passes into breast milk but is harmless to the baby.
    safety pregnancy_lactation ? ? ?
Milk of magnesia opens the bowels within hours.
    safety laxative_effect ? ? ?
Nausea was no commoner on magnesium than on placebo.
    safety gi_side_effects ? ? ?
You cannot overdose on magnesium.
    safety toxicity ? ? ?
Magnesium is safe even when the kidneys are failing.
    safety kidney_disease ? ? ?
Magnesium blunts the effect of gabapentin.
    safety drug_interaction ? ? ?
Magnesium is completely risk-free.
    safety general_safety ? ? ?
There is no need for HRT if you take magnesium.
    safety treatment_replacement ? ? ?
The EU allows the claim that magnesium reduces tiredness.
    status regulation ? ? ?
Mah and Pitre (2021) pooled three trials and found a shorter time to fall asleep.
    citation sleep_onset ? ? ?
In a double-blind trial of 46 elders, magnesium raised melatonin.
    citation melatonin ? ? ?
Rats fed too little magnesium made less melatonin.
    mechanism melatonin ? ? ?
A 2022 Iranian trial found that magnesium oxide and vitamin B6 both eased restless legs.
    citation rls ? ? ?
Have your kidneys checked by your doctor first.
    ? ? ? ? ?
Try sleep hygiene before reaching for pills.
    advice none ? ? ?
Tell your doctor about every supplement you use.
    advice clinician_advice ? ? ?
Our gummies taste of ripe mango.
    promotional product_quality ? ? ?
Feel the difference or your money back.
    promotional product_quality ? ? ?
I was sceptical, but these tablets saved my marriage.
    promotional product_quality ? ? ?
Why do legs cramp at night?
    not_a_claim ? ? ? ?
Magnesium: the forgotten mineral
    not_a_claim none ? ? ?
Magnesium comes in tablets, powders and drops.
    not_a_claim none ? ? ?
Chamomile tea has been drunk at bedtime for centuries.
    not_a_claim off_topic ? ? ?
Potassium matters for the heartbeat.
    not_a_claim off_topic ? ? ?
Menopause usually starts around the age of 51.
    not_a_claim off_topic ? ? ?
Magnesium burns with a white light.
    not_a_claim off_topic ? ? ?
Iron deficiency can cause restless legs.
    not_a_claim off_topic ? ? ?
An infusion of magnesium stops seizures in eclampsia.
    not_a_claim off_topic ? ? ?
Magnesium won't make anybody's insomnia vanish.
    effect sleep_quality ? ? ?
Magnesium malate wards off muscle ache after a marathon.
    effect muscle_soreness ? ? ?
Kicking limbs at night calm down with magnesium.
    effect plm ? ? ?
Magnesium raises levels of the calming messenger GABA.
    mechanism gaba ? ? ?
Magnesium lowers noradrenaline.
    mechanism catecholamines ? ? ?
Women taking magnesium reported less irritability before their periods.
    effect pms ? ? ?
Magnesium evens out your hormones.
    effect hormonal_health ? ? ?
Vitamin D levels climb with magnesium supplements.
    effect vitd_level ? ? ?
High doses of calcium hamper magnesium uptake.
    ? ? ? ? ?
Magnesium reduces arterial stiffness in older adults.
    effect vascular_function ? ? ?
Magnesium users have fewer strokes.
    effect cardiovascular_risk ? ? ?
Magnesium can halt type 2 diabetes.
    effect glycaemia ? ? ?
Magnesium keeps you slim.
    effect body_weight ? ? ?
Magnesium banishes exhaustion.
    effect fatigue ? ? ?
Without magnesium, ATP is useless to the cell.
    mechanism enzyme_cofactor ? ? ?
Muscle and soft tissue contain nearly half of the body's magnesium.
    status body_distribution ? ? ?
Most of us get too little magnesium.
    status deficiency_prevalence ? ? ?
Loss of appetite, cramps and tremor are signs of a magnesium deficiency.
    effect deficiency_signs ? ? ?
A hair analysis shows whether you lack magnesium.
    status status_test ? ? ?
Six weeks of citrate lifted magnesium in the blood.
    status mg_level_response ? ? ?
Strenuous exercise uses up magnesium.
    status mg_losses ? ? ?
Spinach is one of the richest sources of magnesium.
    status food_sources ? ? ?
Bisglycinate slips through the gut wall more easily than any other salt.
    form bioavailability_by_form ? ? ?
Around 30 to 40 percent of dietary magnesium is absorbed.
    form absorption_general ? ? ?
Bisglycinate is 14 percent magnesium.
    form elemental_content ? ? ?
Women need about 300 mg of magnesium per day.
    dose requirement ? ? ?
The tolerable upper intake level is 350 mg for adults.
    dose upper_limit ? ? ?
A good starting dose is 100 mg.
    dose supplement_dose ? ? ?
Divide the amount over the day.
    dose dose_timing ? ? ?
Babies should never be given magnesium supplements.
    safety children ? ? ?
Magnesium is fine in every trimester.
    safety pregnancy_lactation ? ? ?
Oxide upsets the stomach more than glycinate.
    safety gi_side_effects ? ? ?
If your kidneys are weak, magnesium can reach dangerous levels.
    safety kidney_disease ? ? ?
Levothyroxine works less well when taken with magnesium.
    safety drug_interaction ? ? ?
Diuretics wash magnesium out of the body.
    safety drug_interaction ? ? ?
Magnesium is harmless at any dose.
    safety ? ? ? ?
Magnesium makes your antidepressant unnecessary.
    safety treatment_replacement ? ? ?
Health claims about magnesium and sleep have been rejected by EFSA.
    status regulation ? ? ?
A pooled analysis of 34 trials put the fall in systolic pressure at 2 mmHg.
    citation blood_pressure ? ? ?
Held's small crossover study found more slow-wave sleep on magnesium.
    citation slow_wave_sleep ? ? ?
Some studies link magnesium to less depression.
    effect depression ? ? ?
Book an appointment with your GP.
    advice clinician_advice ? ? ?
Check the label for the salt used.
    advice none ? ? ?
Hurry while stocks last!
    promotional product_quality ? ? ?
The magnesium trusted by Olympic rowers.
    promotional product_quality ? ? ?
Should I take magnesium for cramps?
    not_a_claim none ? ? ?
Magnesium sulphate is the chemical name of Epsom salt.
    not_a_claim none ? ? ?
Next: the best foods for strong bones
    not_a_claim off_topic ? ? ?
Valerian makes some people drowsy.
    not_a_claim off_topic ? ? ?
Sleep apnoea needs treatment.
    not_a_claim off_topic ? ? ?
Magnesium gearbox housings save weight.
    not_a_claim off_topic ? ? ?
Morning or evening makes no difference.
    dose dose_timing any no_effect negated
Most adults do well on 200 to 400 mg.
    dose supplement_dose any unclear asserted
Runners need 600 mg of supplemental magnesium a day.
    dose supplement_dose any unclear asserted
Don't bother with a DEXA scan, magnesium will do.
    safety treatment_replacement any unclear asserted
No claim on sleep is allowed in Europe.
    status regulation any unclear negated
Focus improves on threonate.
    effect cognition threonate improves asserted
Vitamin D stays asleep without magnesium.
    mechanism vitd_activation any unclear asserted
Cells burn sugar just as well without any magnesium.
    mechanism energy_metabolism any no_effect negated
Mah and Pitre's pooling (2021) saw people fall asleep sooner on magnesium.
    citation sleep_onset any improves asserted
Tarleton (2017) had no placebo group.
    citation depression any unclear asserted
With its plum taste, DreamMag turns evenings into a treat.
    promotional product_quality any unclear asserted
Which salt suits you?
    not_a_claim none any unclear asserted
"""
EXAMPLES = list(zip(LISTED.splitlines()[::2], LISTED.splitlines()[1::2], strict=True))
"""A sentence, and in the line below it its kind, topic, form, direction and strength."""


@pytest.mark.parametrize(("text", "gold"), EXAMPLES)
def test_own_examples(text: str, gold: str) -> None:
    """Sentences written for this test; a question mark stands for a label the rules leave open."""
    labels = labels_of(text)[0][2]
    found = (labels.kind, labels.topic, labels.form, labels.direction, labels.strength)
    for given_label, expected in zip(found, gold.split(), strict=True):
        assert expected in ("?", given_label), (found, gold)


def test_pronouns_and_bullets_lean_on_the_lead() -> None:
    """A pronoun counts under a magnesium lead-in, and not without one."""
    assert labels_of("It eases cramps.", "Magnesium is a mineral.")[0][2].topic == "cramps"
    assert labels_of("Eases night cramps", "What magnesium does:")[0][2].kind == "effect"
    assert labels_of("Zinc shortens colds.", "Magnesium is a mineral.")[0][2].topic == "off_topic"


def test_coordinated_parts_are_split_in_order() -> None:
    """Parts with different topics are claims of their own, in order and without overlap."""
    text = "Magnesium lowers blood pressure, and it also eases migraine."
    found = labels_of(text)
    assert [labels.topic for *_, labels in found] == ["blood_pressure", "migraine"]
    assert found[0][1] <= found[1][0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("magnesium suits absolutely everyone", True),
        ("glycinate quietly outclasses the rest", True),
        ("turns back the clock", True),
        ("magnesium for hot flushes: fact or fiction", False),
        ("magnesium benefits, doses and side effects", False),
        ("the best of all salts", False),
    ],
)
def test_a_finite_verb_is_known_by_its_place(text: str, found: bool) -> None:
    """Not by a list of verbs: an ending after a subject or before an object makes one."""
    assert has_finite_verb(text) == found


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("jot down your bedtimes", True),
        ("stir 2,000 mg into water", True),
        ("run any new pill past a nurse", True),
        ("half the weight is oxygen", False),
        ("uysal 2019 compared ten salts", False),
        ("rubbing a lotion in does little", False),
    ],
)
def test_a_request_is_a_bare_verb_with_its_object(text: str, asked: bool) -> None:
    assert begins_request(text, 0) == asked


@given(verb=st.sampled_from(("outfoxes", "bejewels", "gazumped", "trounces", "befuddles", "galvanised")))
def test_whatever_the_verb_magnesium_with_one_is_claimed(verb: str) -> None:
    """A sentence that says something of magnesium is never without a claim."""
    assert labels_of(f"Magnesium {verb} the whole works.")[0][2].kind != "not_a_claim"


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        ("Brandt's 1999 crossover found that magnesium shortened the night.", True),
        ("Brandt 1994: 91 women, magnesium for six months, pressure 3 mmHg lower.", True),
        ("As Brandt reported in 2008, volunteers slept better on magnesium.", True),
        ("In the BRISK cohort magnesium eaters had fewer strokes.", True),
        ("Back in 2010 the American Academy of Neurology called magnesium ineffective.", True),
        ("Under registration NCT01234567 magnesium eased cramps.", True),
        ("A 2018 study suggests that magnesium eases cramps.", False),
        ("One study found that magnesium eases cramps.", False),
        ("Magnesium eaters had fewer strokes in pooled cohorts (Brandt 2017).", False),
    ],
)
def test_only_a_source_that_can_be_found_is_credited(text: str, credited: bool) -> None:
    assert (labels_of(text)[0][2].kind == "citation") == credited


def test_an_unnamed_outcome_is_the_one_last_spoken_of() -> None:
    before = "Leg cramps\nMagnesium is sold for cramps at night."
    found = labels_of("A Norwegian one from 2008 found no benefit at all.", "Leg cramps", before)
    assert [(labels.kind, labels.topic) for *_, labels in found] == [("citation", "cramps")]


def test_in_an_article_each_part_has_its_own_labels() -> None:
    """A sentence labelled by itself takes the labels of the whole; in an article every part its own."""
    text = "Our regulars adore the glycinate, and magnesium lowers blood pressure."
    apart = labels_of(text, "Magnesium", whole_first=False)
    assert [labels.topic for *_, labels in apart] == ["product_quality", "blood_pressure"]
    assert len(labels_of(text)) == 1


VOCABULARY = """
magnesium citrate lowers may not sleep cramps the and it 400 mg a day ? . , trial of 2012 calcium
women with restless legs take before bed oxide absorbed deficiency kidney % 60 ; because doctor our
buy deep
"""
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join))


@given(text=TEXTS, lead=TEXTS)
@settings(max_examples=200, deadline=None)
def test_any_text_gives_claims_within_it(text: str, lead: str) -> None:
    """At least one entry, offsets inside the text and in order, labels from the allowed sets."""
    found = labels_of(text, lead)
    topics = set(topic_table()) | {"none", "off_topic", "product_quality", "clinician_advice"}
    forms = {row["form"] for row in rows("language/forms")} | {"any"}
    last = 0
    assert found
    for start, end, labels in found:
        assert last <= start <= end <= len(text)
        last = end
        assert labels.kind in KINDS
        assert labels.topic in topics
        assert labels.form in forms
        assert labels.direction in DIRECTIONS
        assert labels.strength in STRENGTHS


@given(text=st.one_of(st.text(st.characters(max_codepoint=126), max_size=60), st.lists(WORDS).map(" ".join)))
@settings(max_examples=100, deadline=None)
def test_case_changes_nothing(text: str) -> None:
    """Capitals carry no meaning."""
    assert labels_of(text.upper()) == labels_of(text)


def _macro_f1(gold: list[str], found: list[str]) -> float:
    """Mean F1 over the labels of the gold."""
    scores = []
    for label in set(gold):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        scores.append(2 * right / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


@pytest.mark.skipif(not DEV.exists(), reason="the labelled sentences do not stand beside the repository")
@pytest.mark.parametrize(("column", "floor"), [("topic", 0.85), ("kind", 0.8), ("form", 0.9)])
def test_labelled_sentences(column: str, floor: float) -> None:
    """Macro-F1 on the sentences labelled for development."""
    with DEV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [getattr(labels_of(row["text"])[0][2], column) for row in rows]
    assert _macro_f1([row[column] for row in rows], found) >= floor


def test_a_sentence_without_end_is_read_to_a_bound():
    endless = "Magnesium helps people sleep, without a " + "a " * 50_000
    ((start, end, labels),) = labels_of(endless)
    assert (start, end) == (0, len(endless))
    assert labels == labels_of(endless[:LONGEST])[0][2]
